/**
 * Kills a process that writes records, again and again, and looks for what it had answered.
 *
 * Each round starts a process that writes from several callers at once, kills it with SIGKILL at a
 * seeded moment, opens the file again and counts: every batch that was answered must be there, and
 * every batch must be there whole or not at all. A sample is a test; `npm run verify` runs it long.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  createSeededRandom,
  createSilentLog,
  createSystemClock,
  type Random,
} from '../platform/index.ts';
import { openDatabase } from './database.ts';
import { type KillTables, killMigration, LINES_PER_BATCH } from './testdata/kill-schema.ts';

export interface KillReport {
  readonly rounds: number;
  /** Batches that were answered before the kills. */
  readonly answeredCount: number;
  /** Of these, how many were gone afterwards. Must be 0. */
  readonly lostCount: number;
  /** Batches of which only a part was there. Must be 0. */
  readonly halfCount: number;
}

const CHILD = new URL('./testdata/kill-child.ts', import.meta.url);
const WRITER_ENTRY = new URL('../app/database-worker.ts', import.meta.url);
/** Kills fall between these counts of answers: during the first group, and long after the log was folded back. */
const ANSWERS_MIN = 1;
const ANSWERS_MAX = 4_000;

/** Runs the rounds, all on one file, so that each recovers what the ones before it left. */
export async function runKillRounds(options: {
  readonly rounds: number;
  readonly seed: number;
}): Promise<KillReport> {
  const random = createSeededRandom(options.seed);
  const folder = mkdtempSync(join(tmpdir(), 'nines-kill-'));
  const file = join(folder, 'nines.db');
  const answered: string[] = [];
  try {
    for (let round = 0; round < options.rounds; round++) {
      answered.push(...(await writeUntilKilled({ file, round, random })));
    }
    return {
      rounds: options.rounds,
      answeredCount: answered.length,
      ...(await count(file, answered)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Answers the batches that the process had been answered when it was killed. */
async function writeUntilKilled(options: {
  readonly file: string;
  readonly round: number;
  readonly random: Random;
}): Promise<readonly string[]> {
  const { file, round, random } = options;
  const killAfter = ANSWERS_MIN + Math.floor(random.float() ** 2 * (ANSWERS_MAX - ANSWERS_MIN));
  const child = spawn(process.execPath, [CHILD.pathname, file, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const answered: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(line);
    if (answered.length === killAfter) child.kill('SIGKILL');
  }
  await exit;
  if (answered.length < killAfter) throw new Error('the writing process ended before its kill');
  return answered;
}

async function count(
  file: string,
  answered: readonly string[],
): Promise<Pick<KillReport, 'lostCount' | 'halfCount'>> {
  const database = await openDatabase({
    at: { file },
    writerEntry: WRITER_ENTRY,
    clock: createSystemClock(),
    log: createSilentLog(),
    migrations: [killMigration],
  });
  const rows = await database.query
    .withTables<KillTables>()
    .selectFrom('lines')
    .select((is) => ['batch', is.fn.countAll<number>().as('count')])
    .groupBy('batch')
    .execute();
  await database.close();
  const stored = new Set(rows.map(({ batch }) => batch));
  return {
    lostCount: answered.filter((batch) => !stored.has(batch)).length,
    halfCount: rows.filter((row) => row.count !== LINES_PER_BATCH).length,
  };
}
