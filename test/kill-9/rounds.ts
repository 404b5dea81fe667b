/**
 * Ends a whole server under load, again and again, on one data folder: by a kill, or by a power
 * cut of the disk that the folder is on.
 *
 * Each round raises a fault whose page cannot be delivered, since the webhook is down, acknowledges
 * the alert of the round before, and then asks without pause: for raw samples, for alerts, and to
 * take samples by remote write, native histograms among them. After
 * a seeded number of answers the server is ended between two instructions of its own choice.
 * Whatever it had answered must be there after the start that follows, nothing twice, and the page
 * must go out to the webhook that is up again. A power cut may cost the last second's samples, and
 * none that was acknowledged.
 */
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import { valueAt } from '../harness/json.ts';
import type { FakePager, ReceivedPage } from '../harness/pager.ts';
import type { RunningServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import { type AlertMemory, createAlertMemory } from './alert-memory.ts';
import { createSampleMemory, type SampleMemory } from './sample-memory.ts';
import { createSentMemory, type SentMemory } from './sent-memory.ts';
import { openWorld, type World } from './world.ts';

export interface KillReport {
  readonly rounds: number;
  readonly seriesSeen: number;
  /** Samples that were answered before a kill, each looked for after it and at the end. */
  readonly valuesSeen: number;
  /** By remote write, and acknowledged; looked for likewise. */
  readonly samplesTaken: number;
  readonly histogramsTaken: number;
  readonly alertsSeen: number;
  readonly historySeen: number;
  readonly pagesDelivered: number;
  /** Attempts that came again under the same key, as promised, and said so. */
  readonly pagesRepeated: number;
  /** From the start of the process until it said that it is ready. */
  readonly readyMsMax: number;
  readonly misses: readonly string[];
}

/** How a server ends at once. */
export interface Ending {
  /** Strikes before it answers for the first time; nothing of the server runs once it is done. */
  end(server: RunningServer): Promise<void>;
  /** For how long samples may have been seen, and yet be lost. */
  readonly lossMaxMs: number;
  /**
   * Whether a round has no remote write. Each acknowledgement of one waits until the log is on the
   * disk, with all that came before it: beside them nothing is left for a power cut to take.
   */
  isQuiet(round: number): boolean;
}

/** SIGKILL: what was written is kept by the system. */
export const KILL: Ending = {
  end: async (server) => void (await server.stop('SIGKILL')),
  lossMaxMs: 0,
  isQuiet: () => false,
};

interface Story {
  readonly world: World;
  readonly ending: Ending;
  readonly random: Random;
  readonly samples: SampleMemory;
  readonly alerts: AlertMemory;
  readonly sent: SentMemory;
  readonly startedAt: number;
}

const ANSWERS_MIN = 5;
const ANSWERS_MAX = 120;
/** A webhook that was down is asked again after up to ten seconds. */
const PAGE_TIMEOUT_MS = 45_000;

export async function runKills(options: {
  readonly rounds: number;
  readonly seed: number;
  /** A kill where nothing else is named. */
  readonly ending?: Ending;
  readonly dataDir?: string;
}): Promise<KillReport> {
  const random = createSeededRandom(options.seed);
  const world = await openWorld(options.dataDir);
  const samples = createSampleMemory(random);
  const alerts = createAlertMemory();
  const sent = createSentMemory();
  const { ending = KILL } = options;
  const story = { world, ending, random, samples, alerts, sent, startedAt: Date.now() };
  let server: RunningServer | undefined;
  let readyMsMax = 0;
  const misses: string[] = [];
  try {
    server = await world.start();
    for (let round = 0; round < options.rounds; round++) {
      const roundAt = Date.now();
      const endedAt = await liveUntilEnded(story, server, round);
      const beganMs = performance.now();
      server = await world.start();
      readyMsMax = Math.max(readyMsMax, performance.now() - beganMs);
      const lost = await findMisses(story, server, { round, roundAt, endedAt });
      misses.push(...lost.map((miss) => `round ${round}: ${miss}`));
    }
    misses.push(...(await samples.findMisses(server, story.startedAt)));
    misses.push(...(await sent.findMisses(server, story.startedAt)));
    misses.push(...findPageMisses(world.pager, options.rounds));
  } finally {
    await server?.stop();
    await world.stop();
  }
  const { received } = world.pager;
  return {
    rounds: options.rounds,
    ...samples.counts(),
    ...alerts.counts(),
    ...sent.counts(),
    pagesDelivered: new Set(received.map(keyOf)).size,
    pagesRepeated: received.filter(isRepeat).length,
    readyMsMax: Math.round(readyMsMax),
    misses,
  };
}

/** Lets a page wait and a person act, remembers all answers, and ends it; answers when. */
async function liveUntilEnded(
  { world, ending, random, samples, alerts, sent }: Story,
  server: RunningServer,
  round: number,
): Promise<number> {
  world.pager.status = 503;
  world.raiseFault(round);
  await waitUntil(`the page of round ${round} to wait`, async () =>
    isPageWaiting(server, round),
  ).catch(async (cause: unknown) => {
    const targets = await server.client('listTargets', {});
    const alert = await findFault(server, round);
    const state = JSON.stringify({
      alert,
      targets: targets.targets.map(({ lastError }) => lastError),
    });
    throw new Error(`${state}\n${server.output()}`, { cause });
  });
  if (round > 0) await acknowledge(server, round - 1);
  let endedAt = 0;
  let ended: Promise<void> | undefined;
  let answersLeft = ANSWERS_MIN + Math.floor(random.float() * (ANSWERS_MAX - ANSWERS_MIN));
  const observe = async (what: SampleMemory | AlertMemory | SentMemory): Promise<void> => {
    while (answersLeft > 0) {
      try {
        await what.observe(server);
      } catch (error) {
        // The answer that was under way when the server ended; any other failure is one.
        if (answersLeft > 0) throw error;
      }
      if (--answersLeft !== 0) continue;
      endedAt = Date.now();
      ended = ending.end(server);
    }
  };
  const observed = [samples, samples, alerts, ...(ending.isQuiet(round) ? [] : [sent])];
  await Promise.all(observed.map(observe));
  await ended;
  world.pager.status = 200;
  return endedAt;
}

async function findMisses(
  { world, ending, samples, alerts, sent }: Story,
  server: RunningServer,
  { round, roundAt, endedAt }: Record<'round' | 'roundAt' | 'endedAt', number>,
): Promise<readonly string[]> {
  await samples.forgetLost(server, { fromMs: roundAt, endedAt, lossMaxMs: ending.lossMaxMs });
  const lost = [
    ...(await alerts.findMisses(server)),
    ...(await samples.findMisses(server, roundAt)),
    ...(await sent.findMisses(server, roundAt)),
  ];
  const came = world.pager.waitFor((page) => roundOf(page) === round, PAGE_TIMEOUT_MS);
  return came.then(
    () => lost,
    () => [...lost, 'the page that was waiting never came'],
  );
}

/** True once the alert fires and its page has been tried in vain. */
async function isPageWaiting(server: RunningServer, round: number): Promise<true | undefined> {
  const alert = await findFault(server, round);
  if (alert === undefined) return undefined;
  const { pages } = await server.client('getAlert', { params: { id: alert } });
  return pages.some(({ attemptCount, state }) => attemptCount > 0 && state === 'queued')
    ? true
    : undefined;
}

async function findFault(server: RunningServer, round: number): Promise<string | undefined> {
  const { alerts } = await server.client('listAlerts', { query: { state: 'firing', limit: 500 } });
  return alerts.find(({ name, labels }) => name === 'Fault' && labels.round === String(round))?.id;
}

async function acknowledge(server: RunningServer, round: number): Promise<void> {
  const id = await findFault(server, round);
  if (id === undefined) throw new Error(`the alert of round ${round} is gone`);
  await server.client('acknowledgeAlert', { params: { id } });
}

/** Every fault was paged, each under one key; what came twice said that it may have. */
function findPageMisses({ received }: FakePager, rounds: number): readonly string[] {
  const misses: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const pages = received.filter((page) => roundOf(page) === round);
    const keys = new Set(pages.map(keyOf));
    if (keys.size !== 1) misses.push(`round ${round} was paged under ${keys.size} keys`);
    if (!pages.slice(1).every(isRepeat)) misses.push(`round ${round} came twice without a word`);
  }
  return misses;
}

function roundOf({ body }: ReceivedPage): number {
  return Number(valueAt(body, 'commonLabels', 'round'));
}

function keyOf({ headers }: ReceivedPage): string {
  return String(headers['idempotency-key']);
}

function isRepeat({ body }: ReceivedPage): boolean {
  return valueAt(body, 'nines', 'is_repeat') === true;
}
