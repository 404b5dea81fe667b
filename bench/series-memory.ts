/** What series cost in memory as they get more: 100,000 scraped each second, 500,000 now and then. */
import { setTimeout } from 'node:timers/promises';
import type { Bench, BenchContext } from './bench.ts';
import { SERIES_PER_BODY } from './exposition.ts';
import { endAll, startAll, startLoadServer } from './load.ts';
import { createConfig, IDLE_CONFIG } from './load-shape.ts';
import { readResidentBytes } from './process-figures.ts';
import type { RunningContender } from './running.ts';

interface Load {
  readonly targets: number;
  readonly interval: string;
  /** Whether it is watched for as long as was asked for: what grows, grows with samples. */
  readonly isWatchedLong: boolean;
}

/** The second is what a small machine can scrape at the interval that people use. */
const LOADS: readonly Load[] = [
  { targets: 200, interval: '1s', isWatchedLong: true },
  { targets: 1000, interval: '15s', isWatchedLong: false },
];
const IDLE_MS = 10_000;
/** Until each target has been asked twice more, also at the slower pace. */
const WATCHED_SECONDS_MIN = 30;
/** Eight rounds of the slower pace, for machines with other things to do. */
const ALL_SERIES_TIMEOUT_MS = 120_000;
const POLL_MS = 1_000;

export const seriesMemory: Bench = {
  name: 'series-memory',
  timeoutMs: 360_000,
  summary: 'resident memory with 100,000 and 500,000 series, and the bytes of one',
  async run(context) {
    for (const load of LOADS) await measure(context, load);
  },
};

async function measure(
  { contenders, windowSeconds, report }: BenchContext,
  { targets, interval, isWatchedLong }: Load,
): Promise<void> {
  const server = await startLoadServer();
  const running = await startAll(contenders, () => IDLE_CONFIG);
  try {
    await setTimeout(IDLE_MS);
    const idle = residentBytes(running);
    for (const one of running) {
      const side = one.contender.name;
      const shape = { port: server.port, side, kind: 'live' as const };
      one.reconfigure(createConfig({ ...shape, targets, interval }));
    }
    const count = targets * SERIES_PER_BODY;
    await awaitSeries(running, count);
    const wantedSeconds = isWatchedLong ? windowSeconds : 0;
    const seconds = Math.max(wantedSeconds, WATCHED_SECONDS_MIN);
    await setTimeout(seconds * 1000);
    const loaded = residentBytes(running);
    const series = await Promise.all(running.map(async (one) => one.readSeries()));
    const load = `${targets} targets of ${SERIES_PER_BODY} series every ${interval}, ${seconds} s after all were there`;
    const shared = { unit: 'B', better: 'lower' as const };
    report({ ...shared, name: `series_${count}_resident_bytes`, load, values: loaded });
    report({
      ...shared,
      name: `series_${count}_bytes_per_series`,
      load: `${load}: loaded without idle, by the series that each side counts`,
      values: loaded.map((bytes, index) => (bytes - idle[index]) / series[index]),
    });
  } finally {
    await endAll(running);
    await server.stop();
  }
}

/** Waits until all sides have all series: large loads are spread over the interval. */
async function awaitSeries(running: readonly RunningContender[], count: number): Promise<void> {
  const deadlineMs = performance.now() + ALL_SERIES_TIMEOUT_MS;
  for (;;) {
    // While it makes half a million series, a server may leave a request waiting for too long.
    const reads = running.map(async (one) => one.readSeries().catch(() => 0));
    const series = await Promise.all(reads);
    if (series.every((held) => held >= count)) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`of ${count} series there are ${series.join(' and ')}`);
    }
    await setTimeout(POLL_MS);
  }
}

function residentBytes(running: readonly RunningContender[]): readonly number[] {
  return running.map(({ processId }) => readResidentBytes(processId));
}
