/** `nines tsdb import`: blocks of a Prometheus, and text of OpenMetrics, become blocks of a store. */
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createSecureRandom, createSystemClock, errorMessage } from '../platform/index.ts';
import type { OpenMetricsSink } from '../scrape/index.ts';
import { type CliContext, type CommandInput, EXIT, type ExitCode } from './command.ts';
import { CliError } from './server-client.ts';

/** One read of a file; larger ones are no faster. */
const PIECE_BYTES = 1024 * 1024;

/** Takes blocks in: all of them or none. */
export async function importBlocksInto(
  input: CommandInput,
  context: CliContext,
  options: { readonly dirs: readonly string[]; readonly toDir: string },
): Promise<ExitCode> {
  const { dirs, toDir } = options;
  const { importBlocks, verifyBlock } = await import('../tsdb/index.ts');
  // A block that cannot be read would be left out of queries ever after.
  for (const dir of dirs) {
    const [fault] = verifyBlock(dir).faults;
    if (fault !== undefined) {
      throw new CliError(EXIT.failed, `cannot import ${dir}: ${fault}; nothing was imported`);
    }
  }
  return holding(input, context, async () => {
    const taken = await importBlocks(dirs, toDir, new AbortController().signal);
    const known = dirs.length - taken.length;
    if (input.has('json')) context.stdout(`${JSON.stringify({ taken, known })}\n`);
    else context.stdout(`${taken.length} blocks were taken in, ${known} were there already\n`);
  });
}

/** Makes blocks of the samples of a file: of all of them or of none. */
export async function importOpenMetrics(
  input: CommandInput,
  context: CliContext,
  options: { readonly file: string; readonly toDir: string },
): Promise<ExitCode> {
  const { file, toDir } = options;
  // It is read several times where it reaches over many days, which a pipe cannot be.
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new CliError(EXIT.failed, `cannot import ${file}: there is no such file`);
  }
  const { backfillBlocks } = await import('../tsdb/index.ts');
  return holding(input, context, async () => {
    const report = await backfillBlocks({
      source: async (sink) => readOpenMetrics(file, sink),
      toDir,
      nowMs: createSystemClock().now(),
      random: createSecureRandom(),
      signal: new AbortController().signal,
    });
    if (input.has('json')) {
      context.stdout(`${JSON.stringify(report)}\n`);
      return;
    }
    const { blocks, series, samples, duplicates } = report;
    context.stdout(`${samples} samples of ${series} series are in ${blocks.length} new blocks\n`);
    if (duplicates === 0) return;
    const why = 'their series has one of the same time, of which the first counts';
    context.stderr(`${duplicates} samples were left out: ${why}\n`);
  });
}

async function readOpenMetrics(file: string, sink: OpenMetricsSink): Promise<void> {
  const { OpenMetricsFault, OpenMetricsStream } = await import('../scrape/index.ts');
  const stream = new OpenMetricsStream(sink);
  const handle = await open(file);
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(piece);
      if (bytesRead === 0) break;
      stream.push(piece.subarray(0, bytesRead));
    }
    stream.end();
  } catch (error) {
    const place = error instanceof OpenMetricsFault ? `${file}:${error.line}` : file;
    const message = `${place}: ${errorMessage(error)}; nothing was imported`;
    throw new CliError(EXIT.failed, message);
  } finally {
    await handle.close();
  }
}

/** Does something while no server can run on the data folder. */
async function holding(
  input: CommandInput,
  context: CliContext,
  work: () => Promise<void>,
): Promise<ExitCode> {
  const app = await context.loadApp();
  const release = await app.holdData(input.text('data') ?? 'data');
  try {
    await work();
    return EXIT.ok;
  } finally {
    release();
  }
}
