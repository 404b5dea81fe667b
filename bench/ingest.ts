/** What taking in samples costs, with all of its parts: HTTP, parsing, storing, the log. */
import { setTimeout } from 'node:timers/promises';
import type { Bench, BenchContext } from './bench.ts';
import { WIDE_SERIES_PER_BODY } from './exposition.ts';
import { endAll, startAll, startLoadServer } from './load.ts';
import { createConfig, LIVE_INTERVAL, WIDE_TARGETS } from './load-shape.ts';
import { readProcessTicks, readResidentBytes, readTicksPerSecond } from './process-figures.ts';
import type { RunningContender } from './running.ts';

/** New series are made and code is compiled here; what is measured is the steady state after it. */
const WARM_UP_MS = 30_000;

export const ingest: Bench = {
  name: 'ingest',
  summary: 'processor time and memory for scraped samples, in the steady state',
  async run(context) {
    const load = await startLoadServer();
    const { port } = load;
    const running = await startAll(context.contenders, ({ name }) =>
      createConfig({ port, side: name, kind: 'wide' }),
    );
    try {
      await setTimeout(WARM_UP_MS);
      await measure(context, running);
    } finally {
      await endAll(running);
      await load.stop();
    }
  },
};

async function measure(context: BenchContext, running: readonly RunningContender[]): Promise<void> {
  const before = await Promise.all(running.map(read));
  await setTimeout(context.windowSeconds * 1000);
  const after = await Promise.all(running.map(read));
  const ticksPerSecond = readTicksPerSecond();
  const samples = after.map((end, index) => end.samples - before[index].samples);
  const seconds = after.map((end, index) => (end.ticks - before[index].ticks) / ticksPerSecond);
  const load = `${WIDE_TARGETS} targets of ${WIDE_SERIES_PER_BODY} series every ${LIVE_INTERVAL}, for ${context.windowSeconds} s after ${WARM_UP_MS / 1000} s`;
  context.report({
    name: 'ingest_cpu_seconds_per_million_samples',
    unit: 's',
    better: 'lower',
    load,
    values: seconds.map((spent, index) => spent / (samples[index] / 1e6)),
  });
  context.report({
    name: 'ingest_samples_taken_in',
    unit: 'samples',
    better: 'higher',
    load,
    values: samples,
  });
  context.report({
    name: 'ingest_resident_bytes',
    unit: 'B',
    better: 'lower',
    load,
    values: running.map(({ processId }) => readResidentBytes(processId)),
  });
}

async function read(
  one: RunningContender,
): Promise<{ readonly samples: number; readonly ticks: number }> {
  return { samples: await one.readSamples(), ticks: readProcessTicks(one.processId) };
}
