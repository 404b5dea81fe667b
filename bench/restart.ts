/**
 * How long it takes from the process to a right answer about all samples, after kill -9.
 *
 * 18 million samples are taken in; then each side is ended the good way, which is when we take a
 * snapshot, and takes in 5 million more before it is killed. What it must answer is the count that it
 * answered before.
 */
import { setTimeout } from 'node:timers/promises';
import type { Bench, BenchContext } from './bench.ts';
import type { Contender } from './contender.ts';
import { METRIC_NAMES } from './exposition.ts';
import { median } from './figure.ts';
import { endAll, type LoadServer, startAll, startLoadServer } from './load.ts';
import { AFTER_SAMPLES_MIN, BEFORE_SAMPLES_MIN, createConfig, IDLE_CONFIG } from './load-shape.ts';
import { readProcessTicks, readTicksPerSecond } from './process-figures.ts';
import type { RunningContender } from './running.ts';

const ROUNDS = 3;
/** Four times what a machine with nothing else to do takes. */
const PART_TIMEOUT_MS = 800_000;
const POLL_MS = 1_000;
/** Servers count what they write of scrapes, too, and what comes twice. */
const OWN_SAMPLES_FACTOR = 1.01;
/**
 * Of all series that the machines have, and none that a server makes of its own accord; a metric at
 * a time, because series of two of them would be the same without their names.
 */
const COUNT = METRIC_NAMES.map((name) => `sum(count_over_time(${name}[3h]))`).join('+');

export const restart: Bench = {
  name: 'restart',
  summary: 'from kill -9 with 23 million samples, 5 of them since the snapshot, to their count',
  timeoutMs: 2 * PART_TIMEOUT_MS + 300_000,
  async run(context) {
    const load = await startLoadServer();
    let running: readonly RunningContender[] = [];
    try {
      running = await startAll(context.contenders, configOf(load, 'before'));
      running = await fill(running, load);
      const counts = await Promise.all(running.map(async (one) => countSamples(one, load)));
      await measure(context, load, { running, counts });
    } finally {
      await endAll(running);
      await load.stop();
    }
  },
};

function configOf(load: LoadServer, kind: 'before' | 'after') {
  return ({ name }: Contender): string => createConfig({ port: load.port, side: name, kind });
}

/** Both parts of the history, with a good end between them. */
async function fill(
  running: readonly RunningContender[],
  load: LoadServer,
): Promise<readonly RunningContender[]> {
  await Promise.all(running.map(async (one) => fillUntil(one, BEFORE_SAMPLES_MIN)));
  for (const one of running) await assertCount(one, load, BEFORE_SAMPLES_MIN);
  const again: RunningContender[] = [];
  for (const one of running) {
    await one.stop('SIGTERM');
    one.reconfigure(configOf(load, 'after')(one.contender));
    again.push(await one.restart());
  }
  await Promise.all(again.map(async (one) => fillUntil(one, AFTER_SAMPLES_MIN)));
  for (const one of again) await assertCount(one, load, BEFORE_SAMPLES_MIN + AFTER_SAMPLES_MIN);
  return again;
}

/** Lets one scrape until it has taken in that many samples since its start, and ends that. */
async function fillUntil(one: RunningContender, samplesMin: number): Promise<void> {
  const deadlineMs = performance.now() + PART_TIMEOUT_MS;
  // Prometheus has no such counter before its first sample.
  const readCount = async (): Promise<number> => one.readSamples().catch(() => 0);
  while ((await readCount()) < samplesMin * OWN_SAMPLES_FACTOR) {
    if (performance.now() > deadlineMs) {
      throw new Error(`${one.contender.name} was not filled in ${PART_TIMEOUT_MS / 1000} s`);
    }
    await setTimeout(POLL_MS);
  }
  one.reconfigure(IDLE_CONFIG);
  await setTimeout(POLL_MS);
}

async function assertCount(
  one: RunningContender,
  load: LoadServer,
  samplesMin: number,
): Promise<void> {
  const count = await countSamples(one, load);
  if (count >= samplesMin) return;
  throw new Error(`${one.contender.name} has ${count} samples; want ${samplesMin} at least`);
}

async function countSamples(one: RunningContender, load: LoadServer): Promise<number> {
  const params = new URLSearchParams({ query: COUNT, time: String(load.historyEndMs / 1000) });
  const value = /"value":\[[^,]+,"([^"]+)"\]/.exec(await one.get(`/api/v1/query?${params}`))?.[1];
  return Number(value ?? 0);
}

async function measure(
  context: BenchContext,
  load: LoadServer,
  sides: {
    readonly running: readonly RunningContender[];
    readonly counts: readonly number[];
  },
): Promise<void> {
  const rounds: (readonly Restart[])[] = [];
  let { running } = sides;
  for (let round = 0; round < ROUNDS; round++) {
    // All of them first, so that none starts beside another one's work.
    await endAll(running);
    const restarts: Restart[] = [];
    for (const [index, one] of running.entries()) {
      const restarted = await restartUntil(one, load, sides.counts[index]);
      restarts.push(restarted);
      await restarted.running.stop('SIGKILL');
    }
    running = restarts.map((one) => one.running);
    rounds.push(restarts);
  }
  const millions = sides.counts.map((count) => (count / 1e6).toFixed(1)).join(' and ');
  const text = `the sum of count_over_time of each metric after kill -9 with ${millions} million samples, median of ${ROUNDS}`;
  const report = (name: string, unit: string, figureOf: (one: Restart) => number): void => {
    const values = sides.counts.map((_, index) =>
      median(rounds.map((round) => figureOf(round[index]))),
    );
    context.report({ name, unit, better: 'lower', load: text, values });
  };
  report('restart_ready_ms', 'ms', ({ readyMs }) => readyMs);
  report('restart_answered_ms', 'ms', ({ answeredMs }) => answeredMs);
  report('restart_cpu_seconds', 's', ({ cpuSeconds }) => cpuSeconds);
}

interface Restart {
  readonly running: RunningContender;
  readonly readyMs: number;
  /** From the process to the right answer. */
  readonly answeredMs: number;
  /** User and system time of all threads until then. */
  readonly cpuSeconds: number;
}

/** Starts it anew, and asks until it answers right; what it answers before that, or never, is lost. */
async function restartUntil(
  one: RunningContender,
  load: LoadServer,
  want: number,
): Promise<Restart> {
  const running = await one.restart();
  const readyAt = performance.now();
  const count = await countSamples(running, load);
  const answeredMs = running.readyMs + performance.now() - readyAt;
  if (count !== want) {
    throw new Error(`${one.contender.name} answers ${count} samples after kill -9; want ${want}`);
  }
  const cpuSeconds = readProcessTicks(running.processId) / readTicksPerSecond();
  return { running, readyMs: running.readyMs, answeredMs, cpuSeconds };
}
