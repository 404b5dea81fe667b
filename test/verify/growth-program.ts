/**
 * Measures one size for `cost-growth.ts`, and prints a line of JSON for each thing measured.
 *
 * `series N`: scrapes N series through the scrape manager into a store on disk, on a clock of its
 * own, and asks queries about them. `range`: writes 30 days of 100 series, and asks about the last
 * hour, day and all 30.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type ManualClock,
  readYaml,
} from '../../packages/server/src/platform/index.ts';
import { createQueryEngine, type QueryEngine } from '../../packages/server/src/promql/index.ts';
import {
  createScrapeManager,
  DEFAULT_GLOBAL,
  readScrapeConfigs,
  type ScrapeConfig,
} from '../../packages/server/src/scrape/index.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { openTsdb, type Tsdb } from '../../packages/server/src/tsdb/index.ts';

const START_MS = 1_700_000_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const METRICS_PER_BODY = 10;
const SERIES_PER_BODY = 1_000;
const INTERVAL_MS = 15_000;
/** Of the passes after the first, which makes the series; the first of them warm the compiler up. */
const PASS_COUNT = 12;
const WARMUP_PASS_COUNT = 4;
const CLOCK_STEP_MS = 250;

const RANGE_SERIES = 100;
const RANGE_INTERVAL_MS = 60_000;
const RANGE_STEP_MS = 5 * 60_000;
const RANGES_MS = [HOUR_MS, DAY_MS, 30 * DAY_MS];

/**
 * The compiler has seen a query often enough, and a moment with nothing beside it is found. A query
 * of a second needs its tries as well: the least of three, beside the least of the hundreds that a
 * short one gets, measures what else the machine does.
 */
const QUERY_CPU_MS = 3_000;
const QUERY_RUNS_MIN = 12;

const dir = mkdtempSync(join(tmpdir(), 'nines-growth-'));
try {
  const [kind, count] = process.argv.slice(2);
  if (kind === 'series') await measureSeries(Number(count));
  else await measureRange();
} finally {
  rmSync(dir, { recursive: true });
}

function report(what: string, size: number, cpuMs: number): void {
  const rounded = Number(cpuMs.toPrecision(4));
  process.stdout.write(`${JSON.stringify({ what, size, cpuMs: rounded })}\n`);
}

function cpuMsSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}

async function measureSeries(seriesCount: number): Promise<void> {
  const clock = createManualClock(START_MS);
  const tsdb = openTsdb({ dir, clock, log: createSilentLog() });
  const bodies = Array.from({ length: PASS_COUNT + 1 }, (_, pass) => formatBody(pass));
  let appendedCount = 0;
  let pass = 0;
  const manager = createScrapeManager({
    appender: {
      resolve: (labels) => tsdb.resolve(labels),
      append(batch) {
        appendedCount += batch.count;
        return tsdb.append(batch);
      },
    },
    clock,
    log: createSilentLog(),
    random: createSeededRandom(1),
    version: '0',
    firstScrapeWithinMs: INTERVAL_MS,
    createFetcher: () => ({
      begin(_request, end) {
        end.onBody({ bytes: bodies[pass], contentType: 'text/plain' });
        return { cancel: () => {} };
      },
      close: () => {},
    }),
  });
  const targetCount = seriesCount / SERIES_PER_BODY;
  manager.apply(createJob(targetCount));
  const runPass = async (): Promise<number> => {
    const from = process.cpuUsage();
    for (let ms = 0; ms < INTERVAL_MS; ms += CLOCK_STEP_MS) {
      clock.advance(CLOCK_STEP_MS);
      await setImmediate();
    }
    return cpuMsSince(from);
  };
  report('scraping new series', seriesCount, await runPass());
  const passes: number[] = [];
  for (pass = 1; pass <= PASS_COUNT; pass++) {
    passes.push(await runPass());
    await tsdb.flush();
  }
  if (appendedCount < PASS_COUNT * seriesCount) throw new Error('some targets were not scraped');
  const steady = passes.slice(WARMUP_PASS_COUNT);
  const meanMs = steady.reduce((sum, cpuMs) => sum + cpuMs, 0) / steady.length;
  report('a pass of scrapes', seriesCount, meanMs);
  measureQueries(tsdb, clock, seriesCount);
  await manager.stop();
  await tsdb.close();
}

function measureQueries(tsdb: Tsdb, clock: ManualClock, seriesCount: number): void {
  const engine = createQueryEngine({ queryable: tsdb, clock });
  const atMs = clock.now();
  const queries = {
    'count of all series': 'count({job="growth"})',
    'count by name': 'count by (__name__) ({job="growth"})',
    'sum of the rates of all series': 'sum(rate({job="growth"}[1m]))',
    'sum of the rates of a tenth': 'sum(rate(growth_3_total[1m]))',
    'sum of the rates of 1,000 series': 'sum(rate({instance="target-7:1"}[1m]))',
  };
  for (const [what, text] of Object.entries(queries)) {
    report(
      what,
      seriesCount,
      findBest(() => engine.evaluateInstant({ text, atMs })),
    );
  }
}

/** The least processor time of several runs. */
function findBest(run: () => unknown): number {
  let best = Infinity;
  let usedMs = 0;
  for (let runs = 0; runs < QUERY_RUNS_MIN || usedMs < QUERY_CPU_MS; runs++) {
    const from = process.cpuUsage();
    run();
    const cpuMs = cpuMsSince(from);
    usedMs += cpuMs;
    best = Math.min(best, cpuMs);
  }
  return best;
}

function createJob(targetCount: number): readonly ScrapeConfig[] {
  const targets = Array.from({ length: targetCount }, (_, i) => `target-${i}:1`);
  const job = {
    job_name: 'growth',
    scrape_interval: `${INTERVAL_MS}ms`,
    static_configs: [{ targets }],
  };
  return readScrapeConfigs(
    [readYaml({ text: JSON.stringify([job]), file: 'f' }).root],
    DEFAULT_GLOBAL,
  );
}

/** Counters that rise at paces of their own; a third of them stands still in each pass. */
function formatBody(pass: number): Uint8Array {
  const lines: string[] = [];
  for (let metric = 0; metric < METRICS_PER_BODY; metric++) {
    const name = `growth_${metric}_total`;
    lines.push(`# TYPE ${name} counter`);
    for (let i = 0; i < SERIES_PER_BODY / METRICS_PER_BODY; i++) {
      const value = i * 1_000 + (i % 3 === 0 ? 0 : pass * (i + 1));
      lines.push(`${name}{path="/api/v1/resource-${i}",method="GET",code="200"} ${value}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

async function measureRange(): Promise<void> {
  const clock = createManualClock(START_MS);
  const [, , longestMs] = RANGES_MS;
  const limits = { maintainSliceMs: HOUR_MS };
  const tsdb = openTsdb({ dir, clock, log: createSilentLog(), retentionMs: 2 * longestMs, limits });
  await writeDays(tsdb, clock, longestMs);
  const engine = createQueryEngine({ queryable: tsdb, clock });
  const toMs = clock.now();
  for (const rangeMs of RANGES_MS) measureRangeQueries(engine, toMs, rangeMs);
  await tsdb.close();
}

/** Samples at even times; what a server does in the background is done every two hours. */
async function writeDays(tsdb: Tsdb, clock: ManualClock, rangeMs: number): Promise<void> {
  const refs = Uint32Array.from({ length: RANGE_SERIES }, (_, i) =>
    tsdb.resolve(createLabels({ __name__: 'growth_total', job: 'growth', instance: String(i) })),
  );
  const values = new Float64Array(RANGE_SERIES);
  const bits = new Uint32Array(values.buffer);
  for (let passedMs = 0; passedMs < rangeMs; passedMs += RANGE_INTERVAL_MS) {
    clock.advance(RANGE_INTERVAL_MS);
    for (let i = 0; i < RANGE_SERIES; i++) values[i] += (i * 7 + passedMs / RANGE_INTERVAL_MS) % 13;
    const timesMs = new Float64Array(RANGE_SERIES).fill(clock.now());
    tsdb.append({ count: RANGE_SERIES, refs, timesMs, values, bits });
    if (clock.now() % (2 * HOUR_MS) < RANGE_INTERVAL_MS) await tsdb.maintain(clock.now());
  }
  await tsdb.maintain(clock.now());
}

function measureRangeQueries(engine: QueryEngine, toMs: number, rangeMs: number): void {
  const hours = rangeMs / HOUR_MS;
  const range = { fromMs: toMs - rangeMs + RANGE_STEP_MS, toMs, stepMs: RANGE_STEP_MS };
  const moment = `count_over_time(growth_total[${rangeMs}ms])`;
  const overTime = findBest(() => engine.evaluateInstant({ text: moment, atMs: toMs }));
  report('samples of 100 series counted over the range', hours, overTime);
  const text = 'sum(rate(growth_total[5m]))';
  const steps = findBest(() => engine.evaluateRange({ text, ...range }));
  report('sum of the rates of 100 series, every 5 minutes', hours, steps);
}
