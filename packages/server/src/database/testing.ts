/**
 * Runs the tests of a store on every database that it promises to work on.
 *
 * ```ts
 * forEachDatabase((open) => {
 *   it('finds what it stored', async () => {
 *     const store = createAlertStore(await open());
 *   });
 * });
 * ```
 *
 * Each test has a database of its own, closed and removed after it. Opening again within a test
 * opens the same one, as a restart does. PostgreSQL is the server that NINES_TEST_POSTGRES names,
 * else a throw-away one from the machine's packages; without either these tests are skipped.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe } from 'node:test';
import pg from 'pg';
import { createSilentLog, createSystemClock } from '../platform/index.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { findPostgresPrograms, type PostgresServer, startPostgres } from './postgres-server.ts';

/** Opens the test's database, with other options where a test is about them. */
export type OpenTestDatabase = (options?: Partial<DatabaseOptions>) => Promise<Database>;

const writerEntry = new URL('../app/database-worker.ts', import.meta.url);

/** Defines the same tests once for each database. */
export function forEachDatabase(define: (open: OpenTestDatabase) => void): void {
  describe('on SQLite', () => define(prepareSqlite()));
  const url = process.env.NINES_TEST_POSTGRES;
  const hasPostgres = url !== undefined || findPostgresPrograms() !== undefined;
  describe('on PostgreSQL', { skip: hasPostgres ? false : 'no PostgreSQL' }, () => {
    define(preparePostgres(url));
  });
}

/** A SQLite database for each test of the enclosing suite. */
export function prepareSqlite(): OpenTestDatabase {
  let folder: string | undefined;
  return prepareDatabases({
    choose: async () => {
      folder = mkdtempSync(join(tmpdir(), 'nines-test-'));
      return { file: join(folder, 'nines.db') };
    },
    remove: async () => {
      if (folder !== undefined) rmSync(folder, { recursive: true });
      folder = undefined;
    },
  });
}

function preparePostgres(givenUrl: string | undefined): OpenTestDatabase {
  let server: PostgresServer | undefined;
  let client: pg.Client | undefined;
  let count = 0;
  before(async () => {
    if (givenUrl === undefined) server = await startPostgres();
    client = new pg.Client({ connectionString: givenUrl ?? server?.url });
    await client.connect();
  });
  after(async () => {
    await client?.end();
    await server?.stop();
  });
  const schema = () => `nines_test_${process.pid}_${count}`;
  return prepareDatabases({
    choose: async () => {
      count++;
      await client?.query(`CREATE SCHEMA ${schema()}`);
      const url = new URL(givenUrl ?? server?.url ?? '');
      url.searchParams.set('options', `-c search_path=${schema()}`);
      return { url: url.href.replaceAll('+', '%20') };
    },
    remove: async () => {
      // The schemas of a throw-away server go with it.
      if (server === undefined) await client?.query(`DROP SCHEMA ${schema()} CASCADE`);
    },
  });
}

function prepareDatabases(place: {
  /** Makes room for one test's database. */
  readonly choose: () => Promise<DatabaseOptions['at']>;
  readonly remove: () => Promise<void>;
}): OpenTestDatabase {
  let chosen: Promise<DatabaseOptions['at']> | undefined;
  const opened: Database[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (database) => database.close()));
    if (chosen !== undefined) await place.remove();
    chosen = undefined;
  });
  return async (options) => {
    chosen ??= place.choose();
    const at = await chosen;
    const [clock, log] = [createSystemClock(), createSilentLog()];
    const database = await openDatabase({ at, writerEntry, clock, log, ...options });
    opened.push(database);
    return database;
  };
}
