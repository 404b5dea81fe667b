/** Resident memory: idle, loaded, and what a series costs. */
import { setTimeout } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { SERIES_PER_BODY } from './exposition.ts';
import { endAll, startAll, startLoadServer } from './load.ts';
import { createConfig, IDLE_CONFIG, LIVE_INTERVAL, LIVE_TARGETS } from './load-shape.ts';
import { readResidentBytes } from './process-figures.ts';
import type { RunningContender } from './running.ts';

/** As the promise says it: ten seconds after the start. */
const IDLE_MS = 10_000;

export const memory: Bench = {
  name: 'memory',
  summary: 'resident memory idle and loaded, and the bytes of one series',
  async run({ contenders, windowSeconds, report }) {
    const load = await startLoadServer();
    const running = await startAll(contenders, () => IDLE_CONFIG);
    try {
      await setTimeout(IDLE_MS);
      const idle = residentBytes(running);
      report({
        name: 'memory_idle_bytes',
        unit: 'B',
        better: 'lower',
        load: `no targets, ${IDLE_MS / 1000} s after the start`,
        values: idle,
      });
      for (const one of running) {
        const side = one.contender.name;
        one.reconfigure(createConfig({ port: load.port, side, kind: 'live' }));
      }
      await setTimeout(windowSeconds * 1000);
      const loaded = residentBytes(running);
      const series = await Promise.all(running.map(async (one) => one.readSeries()));
      const text = `${LIVE_TARGETS} targets of ${SERIES_PER_BODY} series every ${LIVE_INTERVAL} for ${windowSeconds} s`;
      report({
        name: 'memory_loaded_bytes',
        unit: 'B',
        better: 'lower',
        load: text,
        values: loaded,
      });
      report({
        name: 'memory_bytes_per_series',
        unit: 'B',
        better: 'lower',
        load: `${text}: loaded without idle, by the series that each side counts`,
        values: loaded.map((bytes, index) => (bytes - idle[index]) / series[index]),
      });
    } finally {
      await endAll(running);
      await load.stop();
    }
  },
};

function residentBytes(running: readonly RunningContender[]): readonly number[] {
  return running.map(({ processId }) => readResidentBytes(processId));
}
