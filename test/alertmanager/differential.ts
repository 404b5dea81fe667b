/** Alertmanager and Nines are told the same story, and tell their receivers the same. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import { createScratchFolder } from '../harness/server.ts';
import { type RunningAlertmanager, startAlertmanager } from './program.ts';
import { formatConfig, type Phase, planScript, type ScriptedSilence } from './script.ts';
import { type Sink, startSink, type Told } from './sink.ts';
import { members } from '../harness/json.ts';

export interface DifferentialReport {
  readonly phases: number;
  readonly alertsTold: number;
  readonly notifications: number;
  readonly groups: number;
  /** What one side was told and the other was not, by group. */
  readonly misses: readonly string[];
}

/** Two turns of every group. */
const PHASE_MS = 900;
const QUIET_MS = 600;
const QUIET_LOOKS_MAX = 20;
const HOUR_MS = 3_600_000;

/** Plays a story of so many changes to both. */
export async function compareAlertmanagers(options: {
  readonly peer: string;
  readonly changeCount: number;
  readonly groupCount: number;
  readonly seed: number;
}): Promise<DifferentialReport> {
  const { peer, changeCount, groupCount, seed } = options;
  const phases = planScript(changeCount, createSeededRandom(seed), groupCount);
  await using opened = new AsyncDisposableStack();
  const sink = await startSink();
  opened.defer(async () => sink.stop());
  const folder = createScratchFolder();
  const sides = await Promise.all(
    [{ name: 'peer', path: peer }, { name: 'nines' }].map(async ({ name, path }) => {
      const own = join(folder, name);
      mkdirSync(own);
      const config = formatConfig(`${sink.url}/${name}`);
      const program = await startAlertmanager({ folder: own, config, ...(path && { path }) });
      opened.defer(async () => program.stop());
      return createSide(program);
    }),
  );
  for (const phase of phases) {
    await Promise.all(sides.map(async (side) => side.play(phase)));
    await setTimeout(PHASE_MS);
    await waitForQuiet(sink);
  }
  const byGroup = new Map(['peer', 'nines'].map((name) => [name, gather(sink.told, `/${name}/`)]));
  const mine = byGroup.get('nines') ?? new Map<string, readonly string[]>();
  const theirs = byGroup.get('peer') ?? new Map<string, readonly string[]>();
  return {
    phases: phases.length,
    alertsTold: phases.reduce((sum, { alerts }) => sum + alerts.length, 0),
    notifications: [...theirs.values()].reduce((sum, list) => sum + list.length, 0),
    groups: theirs.size,
    misses: compareGroups(theirs, mine),
  };
}

/** Waits until nothing has come for a turn and a half; a busy machine may be late. */
async function waitForQuiet({ told }: Sink): Promise<void> {
  for (let i = 0, count = -1; i < QUIET_LOOKS_MAX && count !== told.length; i++) {
    count = told.length;
    await setTimeout(QUIET_MS);
  }
}

interface Side {
  play(phase: Phase): Promise<void>;
}

function createSide(program: RunningAlertmanager): Side {
  const ids = new Map<string, string>();
  return {
    async play({ alerts, silences, endedSilences }) {
      for (const silence of silences) ids.set(silence.name, await addSilence(program, silence));
      for (const name of endedSilences) {
        await fetch(`${program.url}/api/v2/silence/${ids.get(name)}`, { method: 'DELETE' });
      }
      if (alerts.length === 0) return;
      const now = Date.now();
      const body = alerts.map(({ labels, annotations, isResolved }) => ({
        labels,
        annotations,
        ...(isResolved
          ? { endsAt: new Date(now).toISOString() }
          : {
              startsAt: new Date(now).toISOString(),
              endsAt: new Date(now + HOUR_MS).toISOString(),
            }),
      }));
      const { status, text } = await program.post('/api/v2/alerts', body);
      if (status !== 200) throw new Error(`alerts were answered ${status}: ${text}`);
    },
  };
}

async function addSilence(
  program: RunningAlertmanager,
  { matcher }: ScriptedSilence,
): Promise<string> {
  const now = Date.now();
  const { text } = await program.post('/api/v2/silences', {
    matchers: [{ ...matcher, isEqual: true }],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + HOUR_MS).toISOString(),
    createdBy: 'script',
    comment: 'scripted',
  });
  const answer: unknown = JSON.parse(text);
  return String(members(answer).silenceID);
}

/** What each receiver was told of each group, in order. */
function gather(told: readonly Told[], side: string): Map<string, readonly string[]> {
  const gathered = new Map<string, readonly string[]>();
  for (const { path, groupKey, reason, status, alerts, common } of told) {
    if (!path.startsWith(side)) continue;
    const key = `${path.slice(side.length)} ${groupKey}`;
    const line = `${status} (${reason}) ${alerts.join(', ')} ${common}`;
    gathered.set(key, [...(gathered.get(key) ?? []), line]);
  }
  return gathered;
}

function compareGroups(
  theirs: ReadonlyMap<string, readonly string[]>,
  mine: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...new Set([...theirs.keys(), ...mine.keys()])].flatMap((key) => {
    const their = theirs.get(key) ?? [];
    const own = mine.get(key) ?? [];
    const at = Array.from({ length: Math.max(their.length, own.length) }).findIndex(
      (_, index) => their[index] !== own[index],
    );
    if (at < 0) return [];
    return [`${key}, notification ${at}: Alertmanager ${their[at]}; Nines ${own[at]}`];
  });
}
