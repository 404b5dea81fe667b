/** How long a start takes, from the process to the first 200 of /-/ready. */
import type { Bench, BenchContext } from './bench.ts';
import { SERIES_PER_BODY } from './exposition.ts';
import { median } from './figure.ts';
import { endAll, startAll, startLoadServer, startWithHistory } from './load.ts';
import { HISTORY_POINTS, HISTORY_TARGETS, IDLE_CONFIG } from './load-shape.ts';
import type { RunningContender } from './running.ts';

const ROUNDS = 3;
const SAMPLES_MILLIONS = (HISTORY_TARGETS * SERIES_PER_BODY * HISTORY_POINTS) / 1e6;

export const startup: Bench = {
  name: 'startup',
  summary: 'from the process to ready, with an empty folder and after kill -9 with a full one',
  async run(context) {
    await measureEmpty(context);
    await measureFull(context);
  },
};

async function measureEmpty({ contenders, report }: BenchContext): Promise<void> {
  const rounds: (readonly number[])[] = [];
  // One round more: the first one after a change of code fills caches on either side.
  for (let round = 0; round <= ROUNDS; round++) {
    const running = await startAll(contenders, () => IDLE_CONFIG);
    await endAll(running);
    if (round > 0) rounds.push(running.map(({ readyMs }) => readyMs));
  }
  report({
    name: 'startup_empty_ms',
    unit: 'ms',
    better: 'lower',
    load: `empty data folder, median of ${ROUNDS}`,
    values: medians(rounds),
  });
}

async function measureFull({ contenders, report }: BenchContext): Promise<void> {
  const load = await startLoadServer();
  let running: readonly RunningContender[] = [];
  try {
    running = await startWithHistory(contenders, load);
    const rounds: (readonly number[])[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      running = await restartAll(running);
      rounds.push(running.map(({ readyMs }) => readyMs));
    }
    report({
      name: 'startup_after_kill_ms',
      unit: 'ms',
      better: 'lower',
      load: `kill -9 with ${SAMPLES_MILLIONS.toFixed(1)} million samples taken in, median of ${ROUNDS}`,
      values: medians(rounds),
    });
  } finally {
    await endAll(running);
    await load.stop();
  }
}

/** Ends all of them by kill -9 first, so that none starts beside another one's work. */
async function restartAll(
  running: readonly RunningContender[],
): Promise<readonly RunningContender[]> {
  await endAll(running);
  const restarted: RunningContender[] = [];
  for (const one of running) {
    const next = await one.restart();
    restarted.push(next);
    await next.stop('SIGKILL');
  }
  return restarted;
}

function medians(rounds: readonly (readonly number[])[]): readonly number[] {
  return rounds[0].map((_, index) => median(rounds.map((round) => round[index])));
}
