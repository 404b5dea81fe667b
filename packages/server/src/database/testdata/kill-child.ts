/**
 * Writes records from several callers at once until it is killed, and prints the name of each batch
 * after it was answered. Arguments: the database's file, a number that no other run has.
 */
import { createSilentLog, createSystemClock } from '../../platform/index.ts';
import { openDatabase } from '../database.ts';
import { type KillTables, killMigration, LINES_PER_BATCH } from './kill-schema.ts';

const CALLERS = 8;

const [file, run] = process.argv.slice(2);
const database = await openDatabase({
  at: { file },
  writerEntry: new URL('../../app/database-worker.ts', import.meta.url),
  clock: createSystemClock(),
  log: createSilentLog(),
  migrations: [killMigration],
});
const query = database.query.withTables<KillTables>();
const numbers = Array.from({ length: LINES_PER_BATCH }, (_, number) => number);

async function writeForEver(caller: number): Promise<never> {
  for (let sequence = 0; ; sequence++) {
    const batch = `${run}.${caller}.${sequence}`;
    await database.write(
      numbers.map((number) => query.insertInto('lines').values({ batch, number })),
    );
    process.stdout.write(`${batch}\n`);
  }
}

await Promise.all(Array.from({ length: CALLERS }, async (_, caller) => writeForEver(caller)));
