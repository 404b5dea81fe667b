/** What aggregates take on the disk beside the samples that they are made of. */
import { join } from 'node:path';
import { createManualClock, createSilentLog } from '../../packages/server/src/platform/index.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { loadDownsampling, openTsdb, type Tsdb } from '../../packages/server/src/tsdb/index.ts';
import { createMachine, loadAt, type MachineSeries } from '../disk/machine-series.ts';
import { createScratchFolder } from '../harness/server.ts';
import type { Verification } from './verification.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 15_000;
const STEPS_PER_DAY = DAY_MS / STEP_MS;
const MONTH_DAYS = 30;
const MACHINES = 2;
const DAYS = 9;
const SEED = 20_260_105;
const EVERY = { minutes: 5 * 60_000, hours: HOUR_MS };
/** Of what samples take: without that nobody would want them. */
const MINUTES_RATIO_MAX = 0.5;
const HOURS_RATIO_MAX = 0.1;

export const aggregates: Verification = {
  name: 'aggregates',
  promise: `aggregates of 5 minutes take less than ${MINUTES_RATIO_MAX} of what dense samples take, of hours ${HOURS_RATIO_MAX}`,
  async run() {
    const series = Array.from({ length: MACHINES }, (_, i) =>
      createMachine(`host-${i}:9100`, SEED + i),
    ).flat();
    const tsdb = await fill(series);
    const stats = tsdb.stats();
    const month = (bytes: number, perDay: number, count: number): number =>
      Math.round((bytes / count) * perDay * MONTH_DAYS);
    const samples = month(stats.blockBytes, STEPS_PER_DAY, stats.blockSamples);
    const [minutes, hours] = stats.aggregates.map(({ everyMs, blockBytes, intervals }) =>
      month(blockBytes, DAY_MS / everyMs, intervals),
    );
    await tsdb.close();
    const figures = {
      series: series.length,
      days: DAYS,
      samplesBytesPerSeriesMonth: samples,
      minutesBytesPerSeriesMonth: minutes,
      hoursBytesPerSeriesMonth: hours,
    };
    const misses: string[] = [];
    if (stats.denseBlocks < stats.blocks) misses.push('not all blocks are dense');
    if (!(minutes < samples * MINUTES_RATIO_MAX))
      misses.push(`5 minutes: ${minutes} of ${samples}`);
    if (!(hours < samples * HOURS_RATIO_MAX)) misses.push(`hours: ${hours} of ${samples}`);
    return { isKept: misses.length === 0, figures, misses };
  },
};

async function fill(series: readonly MachineSeries[]): Promise<Tsdb> {
  const downsampling = await loadDownsampling([
    { everyMs: EVERY.minutes, afterMs: DAY_MS, keepMs: 100 * DAY_MS },
    { everyMs: EVERY.hours, afterMs: DAY_MS, keepMs: 1000 * DAY_MS },
  ]);
  const clock = createManualClock(Date.UTC(2026, 0, 5));
  const dir = join(createScratchFolder(), 'series');
  const retentionMs = 40 * DAY_MS;
  const tsdb = openTsdb({ dir, clock, log: createSilentLog(), downsampling, retentionMs });
  const count = series.length;
  const refs = Uint32Array.from(series, ({ name, labels }) =>
    tsdb.resolve(createLabels({ __name__: name, ...labels })),
  );
  const values = new Float64Array(count);
  const bits = new Uint32Array(values.buffer);
  const timesMs = new Float64Array(count);
  for (let step = 0; step < DAYS * STEPS_PER_DAY; step++) {
    timesMs.fill(clock.now());
    const load = loadAt(step, STEPS_PER_DAY);
    series.forEach((one, i) => {
      values[i] = one.next(load);
    });
    tsdb.append({ count, refs, timesMs, values, bits });
    clock.advance(STEP_MS);
    if (step % 20 === 19) await tsdb.maintain(clock.now());
  }
  // Nothing more comes: all windows become blocks, and all blocks dense.
  for (let i = 0; i < 30; i++) {
    clock.advance(3 * HOUR_MS);
    await tsdb.maintain(clock.now());
  }
  return tsdb;
}
