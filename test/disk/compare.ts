/**
 * The same samples in our store and in blocks that Prometheus' own tool makes: how many bytes they
 * take, and whether what we hand out is the same.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createManualClock, createSilentLog } from '../../packages/server/src/platform/index.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { type ListedBlock, listBlocks, openTsdb } from '../../packages/server/src/tsdb/index.ts';
import { createScratchFolder } from '../harness/server.ts';
import { createMachine, loadAt, type MachineSeries } from './machine-series.ts';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 2 * HOUR_MS;
const STEP_MS = 15_000;
const STEPS_PER_DAY = (24 * HOUR_MS) / STEP_MS;
const STEPS_PER_WINDOW = WINDOW_MS / STEP_MS;
/** Where blocks of all lengths begin: a multiple of 18 hours. */
const START_MS = Math.floor(Date.UTC(2026, 0, 5) / (18 * HOUR_MS)) * 18 * HOUR_MS;
const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;

export interface DiskComparison {
  readonly seriesCount: number;
  readonly sampleCount: number;
  /** Blocks of two hours, index and all; theirs of the same two hours. */
  readonly recentBytesPerSample: number;
  readonly theirBytesPerSample: number;
  /** Blocks older than a day. */
  readonly oldBytesPerSample: number;
  readonly oldChunkBytesPerSample: number;
  readonly oldHours: number;
  /** Lines of `promtool tsdb dump` over our export of the old blocks, and how many windows differ. */
  readonly dumpedLines: number;
  readonly differentWindows: readonly string[];
}

/** Plays so many hours of so many machines to both. */
export async function compareDisks(options: {
  readonly promtool: string;
  readonly machines: number;
  readonly hours: number;
  readonly seed: number;
}): Promise<DiskComparison> {
  const { promtool, machines, hours, seed } = options;
  const folder = createScratchFolder();
  const theirs = join(folder, 'theirs');
  const series = Array.from({ length: machines }, (_, i) =>
    createMachine(`host-${i}:9100`, seed + i),
  ).flat();
  const clock = createManualClock(START_MS);
  const log = createSilentLog();
  const tsdb = openTsdb({ dir: join(folder, 'series'), clock, log });
  const window = new TextWindow({ promtool, dir: theirs }, series.length);
  const refs = Uint32Array.from(series, ({ name, labels }) =>
    tsdb.resolve(createLabels({ __name__: name, ...labels })),
  );
  const values = new Float64Array(series.length);
  const bits = new Uint32Array(values.buffer);
  const timesMs = new Float64Array(series.length);
  const stepCount = (hours * HOUR_MS) / STEP_MS;
  for (let step = 0; step < stepCount; step++) {
    timesMs.fill(clock.now());
    drawValues(series, loadAt(step, STEPS_PER_DAY), values);
    tsdb.append({ count: series.length, refs, timesMs, values, bits });
    window.add(values);
    if (step % STEPS_PER_WINDOW === STEPS_PER_WINDOW - 1) {
      window.write(series, clock.now() - (STEPS_PER_WINDOW - 1) * STEP_MS);
    }
    clock.advance(STEP_MS);
    if (step % 4 === 3) await tsdb.maintain(clock.now());
  }
  const { blocks } = listBlocks(join(folder, 'series', 'blocks'));
  const old = blocks.filter(({ meta }) => meta.isDense);
  const range = { fromMs: START_MS, toMs: Math.max(...old.map(({ meta }) => meta.maxTimeMs)) - 1 };
  const exported = join(folder, 'export');
  await tsdb.exportBlocks({ dir: exported, signal: new AbortController().signal, ...range });
  await tsdb.close();
  const sizes = compareSizes(blocks, listBlocks(theirs).blocks);
  const dumps = compareDumps(promtool, [exported, theirs], range);
  return { seriesCount: series.length, sampleCount: series.length * stepCount, ...sizes, ...dumps };
}

function drawValues(series: readonly MachineSeries[], load: number, values: Float64Array): void {
  for (let i = 0; i < series.length; i++) values[i] = series[i].next(load);
}

/** The samples of two hours as OpenMetrics text, from which promtool makes a block. */
class TextWindow {
  readonly #promtool: string;
  readonly #path: string;
  readonly #dir: string;
  readonly #values: Float64Array;
  #count = 0;

  constructor(options: { readonly promtool: string; readonly dir: string }, seriesCount: number) {
    this.#promtool = options.promtool;
    this.#path = `${options.dir}.txt`;
    this.#dir = options.dir;
    this.#values = new Float64Array(seriesCount * STEPS_PER_WINDOW);
    mkdirSync(this.#dir);
  }

  add(values: Float64Array): void {
    this.#values.set(values, this.#count);
    this.#count += values.length;
  }

  write(series: readonly MachineSeries[], fromMs: number): void {
    const file = openSync(this.#path, 'w');
    series.forEach(({ name, labels }, i) => {
      const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      const text = `${name}{${pairs.join(',')}}`;
      const lines = Array.from({ length: STEPS_PER_WINDOW }, (_, step) => {
        const value = this.#values[step * series.length + i];
        return `${text} ${value} ${(fromMs + step * STEP_MS) / 1000}\n`;
      });
      writeSync(file, lines.join(''));
    });
    writeSync(file, '# EOF\n');
    closeSync(file);
    this.#count = 0;
    const args = ['tsdb', 'create-blocks-from', 'openmetrics', this.#path, this.#dir];
    execFileSync(this.#promtool, args, { stdio: 'pipe' });
  }
}

function compareSizes(ours: readonly ListedBlock[], theirs: readonly ListedBlock[]) {
  const recent = ours.filter(({ meta }) => meta.level === 1 && !meta.isDense);
  const starts = new Set(recent.map(({ meta }) => meta.minTimeMs));
  const same = theirs.filter(({ meta }) => starts.has(windowOf(meta.minTimeMs)));
  const old = ours.filter(({ meta }) => meta.isDense);
  const chunkBytes = old.reduce((sum, { dir }) => sum + chunkBytesOf(dir), 0);
  return {
    recentBytesPerSample: bytesPerSample(recent),
    theirBytesPerSample: bytesPerSample(same),
    oldBytesPerSample: bytesPerSample(old),
    oldChunkBytesPerSample: round(chunkBytes / countSamples(old)),
    oldHours: old.reduce((sum, { meta }) => sum + meta.maxTimeMs - meta.minTimeMs, 0) / HOUR_MS,
  };
}

function windowOf(timeMs: number): number {
  return Math.floor(timeMs / WINDOW_MS) * WINDOW_MS;
}

function bytesPerSample(blocks: readonly ListedBlock[]): number {
  return round(blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / countSamples(blocks));
}

function countSamples(blocks: readonly ListedBlock[]): number {
  return blocks.reduce((sum, { meta }) => sum + meta.stats.numSamples, 0);
}

function chunkBytesOf(dir: string): number {
  const chunks = join(dir, 'chunks');
  return readdirSync(chunks).reduce((sum, name) => sum + statSync(join(chunks, name)).size, 0);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Both ends included, epoch milliseconds. */
interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Dumps both folders window by window, and holds the lines against each other. */
function compareDumps(promtool: string, [ours, theirs]: readonly [string, string], range: Range) {
  let dumpedLines = 0;
  const differentWindows: string[] = [];
  for (let fromMs = range.fromMs; fromMs < range.toMs; fromMs += WINDOW_MS) {
    const window = { fromMs, toMs: fromMs + WINDOW_MS - 1 };
    const mine = dump(promtool, ours, window);
    dumpedLines += mine.length;
    const isSame = mine.join('\n') === dump(promtool, theirs, window).join('\n');
    if (!isSame) differentWindows.push(new Date(fromMs).toISOString());
  }
  return { dumpedLines, differentWindows };
}

function dump(promtool: string, dir: string, { fromMs, toMs }: Range): readonly string[] {
  const args = ['tsdb', 'dump', `--min-time=${fromMs}`, `--max-time=${toMs}`, dir];
  const text = execFileSync(promtool, args, { encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX });
  return text.trimEnd().split('\n').sort();
}
