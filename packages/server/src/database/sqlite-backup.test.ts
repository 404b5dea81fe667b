import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import { createSilentLog, createSystemClock } from '../platform/index.ts';
import { type Database, openDatabase } from './database.ts';
import { copySqlite } from './sqlite-backup.ts';
import { forEachDatabase } from './testing.ts';

const entry = new URL('../app/database-worker.ts', import.meta.url);
const never = new AbortController().signal;

describe('a copy of a SQLite database in use', () => {
  let folder = '';
  let database: Database;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nines-backup-'));
    const [clock, log] = [createSystemClock(), createSilentLog()];
    const at = { file: join(folder, 'nines.db') };
    database = await openDatabase({ at, writerEntry: entry, clock, log, migrations: [] });
    await run(sql`create table notes (n integer primary key) strict`);
    await run(sql`create table doubles (n integer) strict`);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  const run = async (...statements: readonly RawBuilder<unknown>[]): Promise<unknown> =>
    database.write(
      statements.map((statement) => ({ compile: () => statement.compile(database.query) })),
    );
  const write = async (n: number): Promise<unknown> =>
    run(sql`insert into notes values (${n})`, sql`insert into doubles values (${2 * n})`);
  const readCopy = (file: string, text: string) => {
    const copy = new DatabaseSync(file, { readOnly: true });
    try {
      return Object.values(copy.prepare(text).get() ?? {});
    } finally {
      copy.close();
    }
  };

  it('has all that was answered before, and no half of a batch, while writes go on', async () => {
    let answered = 0;
    let isDone = false;
    const writing = (async () => {
      for (let n = 1; !isDone; n++) {
        await write(n);
        answered = n;
      }
    })();
    try {
      for (let round = 0; round < 5; round++) {
        await write(-round - 1);
        const atLeast = answered;
        const file = join(folder, `copy-${round}`);
        const { rowsByTable } = await database.backup(file, never);
        const [count, newest] = readCopy(file, 'select count(*), max(n) from notes');
        assert.ok(Number(newest) >= atLeast, `has up to ${Number(newest)}; want ${atLeast}`);
        assert.equal(count, Number(newest) + round + 1);
        assert.deepEqual(readCopy(file, 'select count(*), max(n) from doubles'), [
          count,
          2 * Number(newest),
        ]);
        assert.deepEqual(rowsByTable, { doubles: count, notes: count, schema_migrations: 0 });
        assert.ok(!existsSync(`${file}-wal`));
      }
      assert.ok(answered > 0);
    } finally {
      isDone = true;
      await writing;
    }
  });

  it('says why it cannot be made', async () => {
    const check = async (what: string, got: Promise<unknown>, code: string): Promise<void> => {
      await assert.rejects(got, { code }, what);
    };
    const nowhere = join(folder, 'no such folder', 'copy');
    await check('no folder', database.backup(nowhere, never), 'DATABASE_UNAVAILABLE');
    const off = AbortSignal.abort();
    await check('off', database.backup(join(folder, 'a'), off), 'DATABASE_BACKUP_FAILED');
    const from = join(folder, 'text');
    writeFileSync(from, 'This is no database. '.repeat(100));
    const to = join(folder, 'b');
    await check('no database', copySqlite({ from, to, entry, signal: never }), 'DATABASE_DAMAGED');
    await database.write([]);
  });

  it('is called off on the way', async () => {
    const leave = new AbortController();
    const copying = database.backup(join(folder, 'copy'), leave.signal);
    leave.abort();
    await assert.rejects(copying, { code: 'DATABASE_BACKUP_FAILED' });
    await write(1);
  });
});

forEachDatabase((open) => {
  it('is copied where it is a file, and says who copies it where it is not', async () => {
    const database = await open();
    const folder = await mkdtemp(join(tmpdir(), 'nines-backup-'));
    try {
      const copying = database.backup(join(folder, 'copy'), never);
      if (database.engine === 'sqlite') assert.equal((await copying).rowsByTable.users, 0);
      else await assert.rejects(copying, { code: 'DATABASE_BACKUP_ELSEWHERE' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
