/**
 * `nines alertmanager` is killed, or its power is cut, while it takes alerts and silences and notifies, again and again on
 * one folder. What it had answered must be there after the next start, and every alert that it took
 * must be told of, though a kill between a delivery and its record may tell it twice.
 */
import { setTimeout } from 'node:timers/promises';
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import { items, members } from '../harness/json.ts';
import { createScratchFolder } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import { type RunningAlertmanager, startAlertmanager } from './program.ts';
import { type Sink, startSink } from './sink.ts';

export interface KillsReport {
  readonly rounds: number;
  readonly silencesAnswered: number;
  readonly silencesLost: number;
  readonly alertsAnswered: number;
  readonly alertsLost: number;
  readonly alertsNeverTold: number;
  readonly notifications: number;
  /** Told again with the same key. */
  readonly doubled: number;
  /** Of those that were told a second or more before the end of their round: their record was lost. */
  readonly recordsLost: number;
}

/** How a program ends; in place of a kill. */
export interface Ending {
  /** Where it keeps what it knows. */
  readonly folder: string;
  /** Whether a round ends only a second after all was told. */
  isQuiet(round: number): boolean;
  end(program: RunningAlertmanager): Promise<void>;
}

const KILL: Omit<Ending, 'folder'> = {
  isQuiet: () => false,
  end: async (program) => program.stop('SIGKILL'),
};

const HOUR_MS = 3_600_000;
const ALERTS_PER_ROUND = 8;
/** A round's first turns come 100 ms after its alerts; kills come before, in and after them. */
const KILL_AFTER_MS_MAX = 400;

const QUIET_MS = 1_000;

interface Answered {
  readonly silences: Set<string>;
  readonly alerts: Set<string>;
}

/** Ends it so many times, by a seed; ours, where no path names another one. */
export async function runAlertmanagerKills(
  rounds: number,
  seed: number,
  how: { readonly ending?: Ending; readonly path?: string } = {},
): Promise<KillsReport> {
  const random = createSeededRandom(seed);
  const ending: Ending = how.ending ?? { ...KILL, folder: createScratchFolder() };
  const { folder } = ending;
  const sink = await startSink();
  const config = `
route: { receiver: ops, group_by: [id], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: ops, webhook_configs: [{ url: ${sink.url}/ops }] }]
`;
  const answered: Answered = { silences: new Set(), alerts: new Set() };
  const lost: Answered = { silences: new Set(), alerts: new Set() };
  const endsAtMs: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const program = await startAlertmanager({ ...how, folder, config });
      await noteMissing(program, answered, lost);
      if (round === rounds) {
        const neverTold = await waitForAll(sink, answered);
        await program.stop();
        return summarize({ rounds, answered, lost, neverTold, sink, endsAtMs });
      }
      await load(program, answered, { random, round });
      if (ending.isQuiet(round)) {
        await waitForAll(sink, answered);
        await setTimeout(QUIET_MS);
      }
      await setTimeout(random.float() * KILL_AFTER_MS_MAX);
      endsAtMs.push(performance.now());
      await ending.end(program);
    }
    throw new Error('the last round answers');
  } finally {
    await sink.stop();
  }
}

async function load(
  program: RunningAlertmanager,
  answered: Answered,
  { random, round }: { readonly random: Random; readonly round: number },
): Promise<void> {
  const now = Date.now();
  const [startsAt, endsAt] = [now, now + HOUR_MS].map((at) => new Date(at).toISOString());
  for (let at = 0; at < ALERTS_PER_ROUND; at++) {
    const id = `${round}-${at}`;
    const labels = { alertname: 'Down', id };
    const { status } = await program.post('/api/v2/alerts', [{ labels, startsAt, endsAt }]);
    if (status === 200) answered.alerts.add(id);
    if (random.float() < 0.5) await setTimeout(random.float() * 30);
  }
  const matchers = [{ name: 'id', value: `never-${round}`, isRegex: false, isEqual: true }];
  const wish = { matchers, startsAt, endsAt, createdBy: 'ana', comment: `round ${round}` };
  const { status, text } = await program.post('/api/v2/silences', wish);
  const answer: unknown = JSON.parse(text);
  if (status === 200) answered.silences.add(String(members(answer).silenceID));
}

async function noteMissing(
  program: RunningAlertmanager,
  answered: Answered,
  lost: Answered,
): Promise<void> {
  const silences = new Set(
    items(await program.get('/api/v2/silences')).map((one) => String(members(one).id)),
  );
  const alerts = new Set(
    items(await program.get('/api/v2/alerts')).map((one) =>
      String(members(members(one).labels).id),
    ),
  );
  for (const id of answered.silences) if (!silences.has(id)) lost.silences.add(id);
  for (const id of answered.alerts) if (!alerts.has(id)) lost.alerts.add(id);
}

/** How many alerts nobody was told of, once all could have been. */
async function waitForAll(sink: Sink, { alerts }: Answered): Promise<number> {
  const listUntold = (): readonly string[] => {
    const told = new Set(sink.told.map(({ groupKey }) => groupKey));
    return [...alerts].filter((id) => !told.has(`{}:{id="${id}"}`));
  };
  const isDone = async (): Promise<true | undefined> =>
    listUntold().length === 0 ? true : undefined;
  await waitUntil('all alerts to be told of', isDone).catch(() => {});
  return listUntold().length;
}

function summarize(what: {
  readonly rounds: number;
  readonly answered: Answered;
  readonly lost: Answered;
  readonly neverTold: number;
  readonly sink: Sink;
  readonly endsAtMs: readonly number[];
}): KillsReport {
  const { rounds, answered, lost, neverTold, sink } = what;
  const keys = new Set(sink.told.map(({ idempotencyKey }) => idempotencyKey));
  return {
    rounds,
    silencesAnswered: answered.silences.size,
    silencesLost: lost.silences.size,
    alertsAnswered: answered.alerts.size,
    alertsLost: lost.alerts.size,
    alertsNeverTold: neverTold,
    notifications: sink.told.length,
    doubled: sink.told.length - keys.size,
    recordsLost: countForgotten(sink, what.endsAtMs),
  };
}

/** Notifications that came again though the end of the round came long after they had been told. */
function countForgotten({ told }: Sink, endsAtMs: readonly number[]): number {
  const firstAtMs = new Map<string, number>();
  let count = 0;
  for (const { idempotencyKey, atMs } of told) {
    const first = firstAtMs.get(idempotencyKey);
    if (first === undefined) firstAtMs.set(idempotencyKey, atMs);
    else if ((endsAtMs.find((endMs) => endMs > first) ?? Infinity) - first >= QUIET_MS) count++;
  }
  return count;
}
