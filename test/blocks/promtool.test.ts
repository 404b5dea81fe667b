/** Blocks of ours, read by Prometheus' own tool; and blocks that the tool makes, read by us. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createSeededRandom, createSilentLog } from '../../packages/server/src/platform/index.ts';
import { OpenMetricsStream } from '../../packages/server/src/scrape/index.ts';
import { createMatcher, formatLabels } from '../../packages/server/src/series/index.ts';
import { backfillBlocks } from '../../packages/server/src/tsdb/block/backfill.ts';
import {
  type PlainSeries,
  writeBlock,
} from '../../packages/server/src/tsdb/block/block-fixture.ts';
import { Blocks } from '../../packages/server/src/tsdb/block/blocks.ts';
import { EMPTY_HEAD, MergedReader } from '../../packages/server/src/tsdb/block/merged-reader.ts';
import { createUlid } from '../../packages/server/src/tsdb/block/ulid.ts';
import { createDisk } from '../../packages/server/src/tsdb/disk.ts';
import { findPrograms } from '../harness/peers.ts';
import { createScratchFolder } from '../harness/server.ts';

const START_MS = Date.UTC(2026, 0, 1);
const SEED = 20_260_101;
const SPECIAL = [Number.NaN, Infinity, -Infinity, 0, -0, 1e308, 5e-324, 0.1, -1.5];

const [promtool] = findPrograms('promtool');
const [debian] = findPrograms('prometheus');

function run(...args: readonly string[]): string {
  return execFileSync(promtool, args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
}

/** Series with gaps, odd values and odd labels. */
function createSeries(count: number): readonly PlainSeries[] {
  const random = createSeededRandom(SEED);
  return Array.from({ length: count }, (_, i) => {
    const samples: (readonly [number, number])[] = [];
    let timeMs = START_MS + Math.floor(random.float() * 100_000);
    for (let k = 0; k < 400; k++) {
      timeMs += random.float() < 0.9 ? 15_000 : 1 + Math.floor(random.float() * 30_000);
      const isSpecial = random.float() < 0.05;
      const special = SPECIAL[Math.floor(random.float() * SPECIAL.length)];
      samples.push([timeMs, isSpecial ? special : Math.floor(random.float() * 1e6) / 100]);
    }
    const text = i % 10 === 0 ? `"ü𝒳\ue000\\${i}` : `v${i}`;
    return { labels: { __name__: `m${i % 7}`, text, zone: `z${i % 3}` }, samples };
  });
}

/** A line of `promtool tsdb dump`, whatever the notation of its number. */
function normalizeLine(line: string): string {
  const [, labels, value, timeMs] = /^(\{.*\}) (\S+) (-?\d+)$/.exec(line) ?? [];
  return `${labels} ${formatValue(Number(value.replace('Inf', 'Infinity')))} ${timeMs}`;
}

function formatValue(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function dump(dir: string): readonly string[] {
  const lines = run('tsdb', 'dump', dir).trimEnd().split('\n');
  return lines.map(normalizeLine).sort();
}

/** What our reader finds in a folder of blocks, as lines of `promtool tsdb dump`. */
function readLines(dir: string): readonly string[] {
  const blocks = new Blocks({ disk: createDisk(), dir, log: createSilentLog() });
  blocks.load();
  const reader = new MergedReader(EMPTY_HEAD, blocks);
  const matchers = [createMatcher('__name__', '=~', '.+')];
  const lines: string[] = [];
  for (const { labels, samples } of reader.select({ matchers, fromMs: 0, toMs: Infinity })) {
    for (let i = 0; i < samples.count; i++) {
      const value = formatValue(samples.values[i]);
      lines.push(`${formatLabels(labels)} ${value} ${samples.timesMs[i]}`);
    }
  }
  blocks.close();
  assert.deepEqual(blocks.unreadable, []);
  return lines.sort();
}

describe('blocks and promtool', {
  skip: promtool === undefined || debian === undefined ? 'no promtool here' : false,
}, () => {
  it('list, analyze and dump what we write', async () => {
    const dir = createScratchFolder();
    mkdirSync(join(dir, 'wal'));
    const series = createSeries(120);
    const ulid = createUlid(START_MS, createSeededRandom(SEED));
    const meta = await writeBlock(createDisk(), ulid, series, dir);
    assert.match(run('tsdb', 'list', dir), new RegExp(`${ulid} .* ${meta?.stats.numSamples} `));
    assert.match(run('tsdb', 'analyze', dir), /Series: 120\nLabel names: 3\n/);
    const want = series.flatMap(({ labels, samples }) => {
      const { names, values } = { names: Object.keys(labels), values: Object.values(labels) };
      const text = formatLabels({ names, values });
      return samples.map(([timeMs, value]) => `${text} ${formatValue(value)} ${timeMs}`);
    });
    assert.deepEqual(dump(dir), want.sort());
    assert.deepEqual(readLines(dir), dump(dir));
  });

  it('we read what it makes of OpenMetrics text, and make the same of it', async () => {
    const dir = createScratchFolder();
    const text = join(dir, 'text');
    const lines = createSeries(30).flatMap(({ labels, samples }) =>
      samples.map(([timeMs, value]) => {
        const number = String(value).replace('Infinity', 'Inf');
        const { __name__: name, ...rest } = labels;
        const pairs = Object.entries(rest).map(([key, part]) => `${key}=${JSON.stringify(part)}`);
        return { name, line: `${name}{${pairs.join()}} ${number} ${timeMs / 1000}` };
      }),
    );
    const names = [...new Set(lines.map(({ name }) => name))];
    const families = names.map((name) => {
      const own = lines.filter((line) => line.name === name).map(({ line }) => line);
      return `# TYPE ${name} gauge\n${own.join('\n')}\n`;
    });
    writeFileSync(text, `${families.join('')}# EOF\n`);
    const blocks = join(dir, 'blocks');
    run('tsdb', 'create-blocks-from', 'openmetrics', text, blocks);
    mkdirSync(join(blocks, 'wal'));
    const want = dump(blocks);
    assert.equal(want.length, 30 * 400);
    assert.deepEqual(readLines(blocks), want);
    const ours = join(dir, 'ours');
    mkdirSync(join(ours, 'wal'), { recursive: true });
    await backfillBlocks({
      source: async (sink) => {
        const stream = new OpenMetricsStream(sink);
        stream.push(readFileSync(text));
        stream.end();
      },
      toDir: ours,
      nowMs: START_MS + 86_400_000,
      random: createSeededRandom(SEED),
      signal: new AbortController().signal,
      windowsPerPass: 1,
    });
    assert.deepEqual(dump(ours), want);
  });
});
