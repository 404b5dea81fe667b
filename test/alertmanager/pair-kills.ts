/**
 * Two instances of `nines alertmanager`, one of which is killed at a random moment of each round and
 * started again, while alerts begin and end and silences are made. Each alert is a group of its own,
 * so it is to be told of twice: that it fires, and that it is over.
 */
import { setTimeout } from 'node:timers/promises';
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import { items, members } from '../harness/json.ts';
import { waitUntil } from '../harness/wait.ts';
import { type Pair, startPair } from './cluster.ts';
import type { RunningAlertmanager } from './program.ts';
import { type Sink, startSink } from './sink.ts';

export interface PairKillsReport {
  readonly rounds: number;
  readonly kills: readonly [number, number];
  readonly alerts: number;
  /** That an alert fires, or that it is over, and nobody was told. */
  readonly lost: number;
  readonly notifications: number;
  readonly doubled: number;
  /** Most in one round. */
  readonly doubledInRoundMax: number;
  /** Doubled ones with another key than the first. */
  readonly doubledByNewKey: number;
  readonly silencesAnswered: number;
  /** Answered, and missing at either instance after a restart. */
  readonly silencesLost: number;
}

const FLAGS = ['--cluster.peer-timeout=1500ms', '--cluster.probe-interval=300ms'];
const ALERTS_PER_ROUND = 3;
const KILL_AFTER_MS_MAX = 1_500;
const DOWN_MS_MAX = 1_000;
const RESEND_MS = 300;
const HOUR_MS = 3_600_000;

interface World {
  readonly pair: Pair;
  readonly sink: Sink;
  readonly random: Random;
  /** When each alert ended, by its id; undefined: it fires. */
  readonly alerts: Map<string, number | undefined>;
  readonly silences: Set<string>;
}

/** Kills one of two so many times, by a seed. */
export async function runPairKills(rounds: number, seed: number): Promise<PairKillsReport> {
  const sink = await startSink();
  const config = `
route: { receiver: ops, group_by: [id], group_wait: 200ms, group_interval: 2s, repeat_interval: 12h }
receivers: [{ name: ops, webhook_configs: [{ url: ${sink.url}/ops }] }]
`;
  const pair = await startPair(config, FLAGS);
  const random = createSeededRandom(seed);
  const world: World = { pair, sink, random, alerts: new Map(), silences: new Set() };
  const end = new AbortController();
  const sending = resend(world, end.signal);
  const kills: [number, number] = [0, 0];
  const told: number[] = [];
  let silencesLost = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const victim = random.float() < 0.5 ? 0 : 1;
      kills[victim]++;
      silencesLost += await runRound(world, round, victim);
      told.push(countDoubled(sink));
    }
    const nowMs = Date.now();
    for (const [id, endedAtMs] of world.alerts) world.alerts.set(id, endedAtMs ?? nowMs);
    await waitForTold(world);
    // Had the one that waits anything to tell, it would have told it by then.
    await setTimeout(4_000);
  } finally {
    end.abort();
    await sending;
    await pair.stop();
    await sink.stop();
  }
  return summarize(world, { rounds, kills, told, silencesLost });
}

async function runRound(world: World, round: number, victim: 0 | 1): Promise<number> {
  const { pair, alerts, random } = world;
  const nowMs = Date.now();
  for (const [id, endedAtMs] of alerts) alerts.set(id, endedAtMs ?? nowMs);
  for (let at = 0; at < ALERTS_PER_ROUND; at++) alerts.set(`${round}-${at}`, undefined);
  await post(world);
  await silence(world, pair.running[random.float() < 0.5 ? 0 : 1], round);
  await setTimeout(random.float() * KILL_AFTER_MS_MAX);
  await pair.kill(victim);
  await setTimeout(random.float() * DOWN_MS_MAX);
  await pair.restart(victim);
  await waitForTold(world);
  return countMissingSilences(world);
}

/** As Prometheus does: all that fires and all that ended lately, to everybody. */
async function post({ pair, alerts }: World): Promise<void> {
  const nowMs = Date.now();
  const lately = [...alerts].slice(-3 * ALERTS_PER_ROUND).map(([id, endedAtMs]) => ({
    labels: { alertname: 'Down', id },
    endsAt: new Date(endedAtMs ?? nowMs + HOUR_MS).toISOString(),
  }));
  const posts = pair.running.map(async (program) => program.post('/api/v2/alerts', lately));
  // One is down at times.
  await Promise.allSettled(posts);
}

async function resend(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await post(world);
    await setTimeout(RESEND_MS);
  }
}

async function silence(world: World, program: RunningAlertmanager, round: number): Promise<void> {
  const nowMs = Date.now();
  const answer = await program.post('/api/v2/silences', {
    matchers: [{ name: 'id', value: `never-${round}`, isRegex: false, isEqual: true }],
    startsAt: new Date(nowMs).toISOString(),
    endsAt: new Date(nowMs + HOUR_MS).toISOString(),
    createdBy: 'ana',
    comment: `round ${round}`,
  });
  const body: unknown = JSON.parse(answer.text);
  if (answer.status === 200) world.silences.add(String(members(body).silenceID));
}

async function countMissingSilences({ pair, silences }: World): Promise<number> {
  let missing = 0;
  for (const program of pair.running) {
    const known = new Set(
      items(await program.get('/api/v2/silences')).map((one) => String(members(one).id)),
    );
    missing += [...silences].filter((id) => !known.has(id)).length;
  }
  return missing;
}

/** What is to be told: that it fires; that it is over, if it is. */
function listWanted({ alerts }: World): readonly string[] {
  return [...alerts].flatMap(([id, endedAtMs]) =>
    endedAtMs === undefined ? [`firing ${id}`] : [`firing ${id}`, `resolved ${id}`],
  );
}

function nameOf({ status, groupKey }: Sink['told'][number]): string {
  return `${status} ${/id="([^"]+)"/.exec(groupKey)?.[1] ?? groupKey}`;
}

function listLost(world: World): readonly string[] {
  const told = new Set(world.sink.told.map(nameOf));
  return listWanted(world).filter((one) => !told.has(one));
}

async function waitForTold(world: World): Promise<void> {
  const isDone = async (): Promise<true | undefined> => listLost(world).length === 0 || undefined;
  await waitUntil('all to be told of', isDone).catch(() => {});
}

function countDoubled({ told }: Sink): number {
  return told.length - new Set(told.map(nameOf)).size;
}

function summarize(
  world: World,
  what: Pick<PairKillsReport, 'rounds' | 'kills' | 'silencesLost'> & {
    /** Doubled by the end of each round. */
    readonly told: readonly number[];
  },
): PairKillsReport {
  const { sink, alerts, silences } = world;
  const { rounds, kills, told, silencesLost } = what;
  const doubled = countDoubled(sink);
  const sums = [0, ...told, doubled];
  const firstKeys = new Map<string, string>();
  let doubledByNewKey = 0;
  for (const one of sink.told) {
    const first = firstKeys.get(nameOf(one));
    if (first === undefined) firstKeys.set(nameOf(one), one.idempotencyKey);
    else if (first !== one.idempotencyKey) doubledByNewKey++;
  }
  return {
    rounds,
    kills,
    alerts: alerts.size,
    lost: listLost(world).length,
    notifications: sink.told.length,
    doubled,
    doubledInRoundMax: Math.max(...sums.slice(1).map((sum, at) => sum - sums[at])),
    doubledByNewKey,
    silencesAnswered: silences.size,
    silencesLost,
  };
}
