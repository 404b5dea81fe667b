import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatDuration } from '../platform/index.ts';
import type { BlockReport, ListedBlock } from '../tsdb/index.ts';
import {
  type CliContext,
  CLIENT_OPTIONS,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { CliError } from './server-client.ts';
import { formatTable } from './table.ts';
import { importBlocksInto, importOpenMetrics } from './tsdb-import.ts';
import { showTop } from './tsdb-top.ts';
import { showUnused } from './tsdb-unused.ts';

const USAGE = `usage: nines tsdb status, nines tsdb top [--limit N], nines tsdb unused [--days N],
       nines tsdb verify [BLOCK…],
       nines tsdb import BLOCK…, nines tsdb import --openmetrics FILE,
       nines tsdb export --from TIME --to TIME OUT
`;

export const tsdbCommand: Command = {
  name: 'tsdb',
  operands: 'status|top|unused|verify|import|export …',
  words: ['status', 'top', 'unused', 'verify', 'import', 'export'],
  summary:
    'list and check the blocks of series, take some in, write some; what is most, what is unread',
  options: {
    limit: { type: 'string', value: 'N', summary: 'top: so many of each kind (default 10)' },
    days: {
      type: 'string',
      value: 'N',
      summary: 'unused: queries of so many days count (default 30)',
    },
    openmetrics: {
      type: 'string',
      value: 'FILE',
      summary: 'import: samples with their times, as OpenMetrics text',
    },
    from: { type: 'string', value: 'TIME', summary: 'export: from this time (RFC 3339)' },
    to: { type: 'string', value: 'TIME', summary: 'export: to this time' },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb, ...operands] = input.operands;
    if (verb === 'status' && operands.length === 0) return showStatus(input, context);
    if (verb === 'verify') return verify(input, context, operands);
    if (verb === 'top' && operands.length === 0) return showTop(input, context);
    if (verb === 'unused' && operands.length === 0) return showUnused(input, context);
    const file = input.text('openmetrics');
    const toDir = blocksDir(input);
    if (verb === 'import' && file !== undefined && operands.length === 0) {
      return importOpenMetrics(input, context, { file, toDir });
    }
    if (verb === 'import' && file === undefined && operands.length > 0) {
      return importBlocksInto(input, context, { dirs: operands, toDir });
    }
    if (verb === 'export' && operands.length === 1) return exportTo(input, context, operands[0]);
    context.stderr(USAGE);
    return EXIT.usage;
  },
};

function blocksDir(input: CommandInput): string {
  return join(input.text('data') ?? 'data', 'series', 'blocks');
}

/** The blocks of samples, then those of aggregates. */
async function list(dir: string) {
  if (!existsSync(dir)) throw new CliError(EXIT.failed, `there is no ${dir}; see --data`);
  const { listBlocks } = await import('../tsdb/index.ts');
  const aggregates = join(dirname(dir), 'aggregates');
  const levels = existsSync(aggregates) ? readdirSync(aggregates) : [];
  const found = [dir, ...levels.map((name) => join(aggregates, name))].map(listBlocks);
  return {
    blocks: found.flatMap(({ blocks }) => blocks),
    unreadable: found.flatMap(({ unreadable }) => unreadable),
  };
}

async function showStatus(input: CommandInput, context: CliContext): Promise<ExitCode> {
  const { blocks, unreadable } = await list(blocksDir(input));
  if (input.has('json')) {
    const lines = blocks.map(({ meta, sizeBytes, tombstones }) => ({
      ...meta,
      sizeBytes,
      tombstones,
    }));
    context.stdout(`${JSON.stringify({ blocks: lines, unreadable })}\n`);
  } else {
    context.stdout(formatTable([HEADER, ...blocks.map(formatBlock)]));
  }
  for (const { dir, reason } of unreadable) context.stderr(`${dir}: ${reason}\n`);
  return unreadable.length === 0 ? EXIT.ok : EXIT.failed;
}

const HEADER = [
  'BLOCK',
  'FROM',
  'TO',
  'LEVEL',
  'FORMAT',
  'SERIES',
  'SAMPLES',
  'BYTES',
  'PER SAMPLE',
];

function formatBlock({ meta, sizeBytes }: ListedBlock): readonly string[] {
  const { numSeries, numSamples } = meta.stats;
  return [
    meta.ulid,
    new Date(meta.minTimeMs).toISOString(),
    new Date(meta.maxTimeMs).toISOString(),
    `${meta.level}`,
    formatOf(meta),
    `${numSeries}`,
    `${numSamples}`,
    `${sizeBytes}`,
    (sizeBytes / Math.max(1, numSamples)).toFixed(2),
  ];
}

function formatOf({ isDense, everyMs }: ListedBlock['meta']): string {
  if (everyMs !== undefined) return `aggregates ${formatDuration(everyMs)}`;
  return isDense ? 'dense' : 'Prometheus';
}

async function verify(
  input: CommandInput,
  context: CliContext,
  operands: readonly string[],
): Promise<ExitCode> {
  const { loadAggregateCheck, verifyBlock } = await import('../tsdb/index.ts');
  const check = await loadAggregateCheck();
  const found = operands.length > 0 ? undefined : await list(blocksDir(input));
  const dirs = found === undefined ? operands : found.blocks.map(({ dir }) => dir);
  const reports = dirs.map((dir) => verifyBlock(dir, undefined, check));
  for (const { dir, reason } of found?.unreadable ?? []) {
    reports.push({ dir, series: 0, chunks: 0, samples: 0, faults: [reason] });
  }
  if (input.has('json')) context.stdout(`${JSON.stringify(reports)}\n`);
  else for (const report of reports) context.stdout(formatReport(report));
  return reports.every(({ faults }) => faults.length === 0) ? EXIT.ok : EXIT.failed;
}

function formatReport({ dir, series, samples, faults }: BlockReport): string {
  const counts = `${series} series, ${samples} samples`;
  if (faults.length === 0) return `✓ ${basename(dir)}  ${counts}\n`;
  return `✗ ${basename(dir)}  ${counts}\n${faults.map((fault) => `    ${fault}\n`).join('')}`;
}

async function exportTo(input: CommandInput, context: CliContext, dir: string): Promise<ExitCode> {
  const fromMs = Date.parse(input.text('from') ?? '');
  const toMs = Date.parse(input.text('to') ?? '');
  if (Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs > toMs) {
    context.stderr('nines tsdb export: give --from and --to, such as 2026-01-31T00:00:00Z\n');
    return EXIT.usage;
  }
  const app = await context.loadApp();
  const series = await app.openSeries(input.text('data') ?? 'data');
  try {
    const { signal } = new AbortController();
    const metas = await series.tsdb.exportBlocks({ dir, fromMs, toMs, signal });
    // `promtool tsdb dump` reads no folder without a log, be it empty.
    mkdirSync(join(dir, 'wal'), { recursive: true });
    const samples = metas.reduce((sum, meta) => sum + meta.stats.numSamples, 0);
    if (input.has('json')) context.stdout(`${JSON.stringify(metas)}\n`);
    else context.stdout(`${metas.length} blocks with ${samples} samples are in ${dir}\n`);
    return EXIT.ok;
  } finally {
    await series.close();
  }
}
