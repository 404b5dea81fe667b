/**
 * Backs a server up under load, restores it into a new folder, and holds the two together.
 *
 * Each round raises a fault, has the alert of the round before acknowledged, makes users, roles
 * and tokens, and asks for samples and alerts; all that was answered is remembered until the moment
 * at which the backup is asked for. In every other round the source is then killed (-9). Whatever
 * was remembered must be in the restored server, and both must answer the same about the past.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import { items, valueAt } from '../harness/json.ts';
import { createScratchFolder, runCommandLine, type RunningServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';
import { type AlertMemory, createAlertMemory } from '../kill-9/alert-memory.ts';
import { createSampleMemory, type SampleMemory } from '../kill-9/sample-memory.ts';
import { openWorld, type World } from '../kill-9/world.ts';
import { compareAnswers } from './answers.ts';
import { createRecordMemory, type RecordMemory } from './record-memory.ts';

export interface BackupReport {
  readonly rounds: number;
  readonly kills: number;
  /** Answers of both servers that were compared, and the values in them. */
  readonly answersCompared: number;
  readonly valuesCompared: number;
  /** What was answered before a backup was asked for, and looked for in the restored server. */
  readonly samplesSeen: number;
  readonly alertsSeen: number;
  readonly recordsSeen: number;
  readonly backupMegabytesMax: number;
  /** From the command to the checked file. */
  readonly backupMsMax: number;
  /** The longest that the source's event loop stood still while backups were taken, and without. */
  readonly stallMsMax: number;
  readonly stallMsMaxWithout: number;
  readonly misses: readonly string[];
}

interface Story {
  readonly world: World;
  readonly folder: string;
  readonly startedAt: number;
  readonly samples: SampleMemory;
  readonly alerts: AlertMemory;
  readonly records: RecordMemory;
  readonly figures: {
    answersCompared: number;
    valuesCompared: number;
    kills: number;
    bytesMax: number;
    msMax: number;
    stallMsMax: number;
    stallMsMaxWithout: number;
  };
  readonly misses: string[];
}

/** Turns of each of those who ask and write before the backup. */
const TURNS = 12;
/** A sample may become visible this long after its time, on a busy machine. */
const LATE_MS = 3_000;
const SPAN_MS_MAX = 60_000;

export async function runBackups(options: {
  readonly rounds: number;
  readonly seed: number;
}): Promise<BackupReport> {
  const random = createSeededRandom(options.seed);
  const world = await openWorld();
  const story: Story = {
    world,
    folder: createScratchFolder(),
    startedAt: Date.now(),
    samples: createSampleMemory(random),
    alerts: createAlertMemory(),
    records: createRecordMemory(),
    figures: {
      answersCompared: 0,
      valuesCompared: 0,
      kills: 0,
      bytesMax: 0,
      msMax: 0,
      stallMsMax: 0,
      stallMsMaxWithout: 0,
    },
    misses: [],
  };
  let server = await world.start();
  try {
    for (let round = 0; round < options.rounds; round++) {
      server = await runRound(story, server, round);
    }
  } finally {
    await server.stop();
    await world.stop();
  }
  const { bytesMax, msMax, stallMsMax, stallMsMaxWithout, ...counts } = story.figures;
  return {
    rounds: options.rounds,
    ...counts,
    samplesSeen: story.samples.counts().valuesSeen,
    alertsSeen: story.alerts.counts().alertsSeen,
    ...story.records.counts(),
    backupMegabytesMax: Math.round(bytesMax / 1e4) / 100,
    backupMsMax: Math.round(msMax),
    stallMsMax: Math.round(stallMsMax),
    stallMsMaxWithout: Math.round(stallMsMaxWithout),
    misses: story.misses,
  };
}

/** Answers the source that goes on: another process where this one was killed. */
async function runRound(
  story: Story,
  source: RunningServer,
  round: number,
): Promise<RunningServer> {
  const { world, folder, figures } = story;
  const roundAt = Date.now();
  world.raiseFault(round);
  await waitUntil(`the alert of round ${round}`, async () => findFault(source, round));
  await waitUntil('rules to have run for a while', async () => hasHistory(source));
  if (round > 0) await acknowledge(source, round - 1);
  await readStallMs(source);
  await Promise.all([
    repeat(TURNS, async () => story.samples.observe(source)),
    repeat(TURNS, async () => story.alerts.observe(source)),
    repeat(TURNS, async () => story.records.write(source)),
  ]);
  figures.stallMsMaxWithout = Math.max(figures.stallMsMaxWithout, await readStallMs(source));
  const file = join(folder, `backup-${round}.tar.zst`);
  const createdAt = await backUp(story, source, file);
  const next = round % 2 === 1 ? await killAndStart(story, source) : source;
  await examine(story, next, { file, createdAt, round, roundAt });
  rmSync(file);
  return next;
}

async function repeat(turns: number, act: () => Promise<void>): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await act();
}

/** Takes a backup while the source is asked and written to; answers when it began. */
async function backUp(story: Story, source: RunningServer, file: string): Promise<number> {
  const { figures } = story;
  const beganMs = performance.now();
  let isDone = false;
  const forgotten = createRecordMemory();
  const load = async (): Promise<void> => {
    while (!isDone) {
      await source.get('/api/v1/query?query=sum(load)');
      await source.client('listAlerts', { query: { limit: 500 } });
      await forgotten.findMisses(source);
    }
  };
  const taking = runCommandLine(['backup', file, '--data', source.dataDir, '--json']);
  const loading = load();
  const { code, stdout, stderr } = await taking;
  isDone = true;
  await loading;
  if (code !== 0) throw new Error(`${stderr}\n${source.output()}`);
  const taken: unknown = JSON.parse(stdout);
  figures.msMax = Math.max(figures.msMax, performance.now() - beganMs);
  figures.bytesMax = Math.max(figures.bytesMax, Number(valueAt(taken, 'sizeBytes')));
  figures.stallMsMax = Math.max(figures.stallMsMax, await readStallMs(source));
  return Number(valueAt(taken, 'head', 'createdAt'));
}

async function killAndStart(story: Story, source: RunningServer): Promise<RunningServer> {
  story.figures.kills++;
  await source.stop('SIGKILL');
  return story.world.start();
}

async function examine(
  story: Story,
  source: RunningServer,
  backup: {
    readonly file: string;
    readonly createdAt: number;
    readonly round: number;
    readonly roundAt: number;
  },
): Promise<void> {
  const { world, folder, figures, misses } = story;
  const { file, createdAt, round, roundAt } = backup;
  const dataDir = join(folder, `restored-${round}`);
  const { code, stderr } = await runCommandLine(['restore', file, '--data', dataDir]);
  if (code !== 0) throw new Error(stderr);
  const restored = await world.start(dataDir);
  try {
    const toMs = createdAt - LATE_MS;
    const fromMs = Math.max(story.startedAt, toMs - SPAN_MS_MAX);
    const compared = await compareAnswers(source, restored, { fromMs, toMs });
    figures.answersCompared += compared.answers;
    figures.valuesCompared += compared.values;
    const found = [
      ...compared.misses,
      ...(await story.samples.findMisses(restored, roundAt)),
      ...(await story.alerts.findMisses(restored)),
      ...(await story.records.findMisses(restored)),
    ];
    misses.push(...found.map((miss) => `round ${round}: ${miss}`));
  } finally {
    await restored.stop();
    rmSync(dataDir, { recursive: true });
  }
}

async function findFault(server: RunningServer, round: number): Promise<string | undefined> {
  const { alerts } = await server.client('listAlerts', { query: { state: 'firing', limit: 500 } });
  return alerts.find(({ name, labels }) => name === 'Fault' && labels.round === String(round))?.id;
}

/** So that there is something to compare before what may still have been on its way. */
async function hasHistory(server: RunningServer): Promise<true | undefined> {
  const query = encodeURIComponent(
    `count_over_time(slice:load:sum{slice="0"}[1h] offset ${LATE_MS}ms)`,
  );
  const [first] = items(
    valueAt(await server.get(`/api/v1/query?query=${query}`), 'data', 'result'),
  );
  return first !== undefined && Number(valueAt(first, 'value', 1)) >= 5 ? true : undefined;
}

async function acknowledge(server: RunningServer, round: number): Promise<void> {
  const id = await findFault(server, round);
  if (id === undefined) throw new Error(`the alert of round ${round} is gone`);
  await server.client('acknowledgeAlert', { params: { id } });
}

/** The longest pause of the event loop since this was asked last. */
async function readStallMs(server: RunningServer): Promise<number> {
  const text = String(await server.get('/metrics'));
  const match = /^nodejs_eventloop_lag_max_seconds ([\d.e+-]+)$/m.exec(text);
  if (match === null) throw new Error('no lag of the event loop in /metrics');
  return Number(match[1]) * 1000;
}
