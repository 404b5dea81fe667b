import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AppError, createSilentLog, createSystemClock } from '../platform/index.ts';
import type { Engine } from './engine.ts';
import { openSqliteEngine } from './sqlite-engine.ts';

const writerEntry = new URL('../app/database-worker.ts', import.meta.url);
const crashingEntry = new URL('./testdata/crashing-worker.ts', import.meta.url);

describe('a SQLite file', () => {
  let folder = '';
  let file = '';
  const opened: Engine[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nines-test-'));
    file = join(folder, 'data', 'nines.db');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (engine) => engine.close()));
    await rm(folder, { recursive: true });
  });
  const open = async (at = file, entry = writerEntry): Promise<Engine> => {
    const [clock, log] = [createSystemClock(), createSilentLog()];
    const engine = await openSqliteEngine({ file: at, entry, clock, log });
    opened.push(engine);
    return engine;
  };
  const write = async (engine: Engine, ...statements: readonly string[]) =>
    engine.write(statements.map((sql) => ({ sql, parameters: [] })));
  const pragma = async (engine: Engine, name: string) => {
    const { rows } = await engine.read(`PRAGMA ${name}`, []);
    return Object.values(rows[0]).join();
  };

  it('is made with its folder, for its owner only', async () => {
    const engine = await open();
    await write(engine, 'CREATE TABLE notes (id TEXT) STRICT');
    for (const name of [file, `${file}-wal`, `${file}-shm`]) {
      assert.equal(statSync(name).mode & 0o777, 0o600, name);
    }
    assert.equal(await pragma(engine, 'journal_mode'), 'wal');
  });

  it('is written with a wait for the disk at each commit, and with its references held', async () => {
    const engine = await open();
    const [synchronous, foreignKeys] = await engine.write([
      { sql: 'PRAGMA synchronous', parameters: [] },
      { sql: 'PRAGMA foreign_keys', parameters: [] },
    ]);
    assert.deepEqual(synchronous.rows, [{ synchronous: 2 }]);
    assert.deepEqual(foreignKeys.rows, [{ foreign_keys: 1 }]);
  });

  it('is refused when it is no database', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(file, 'These are somebody’s notes and must not be overwritten. '.repeat(20));
    await assert.rejects(open(), hasCode('DATABASE_DAMAGED', 'SQLITE_NOTADB'));
    assert.match(readFileSync(file, 'utf8'), /somebody’s notes/);
  });

  it('is refused when pages of it are damaged', async () => {
    const engine = await open();
    const rows = Array.from({ length: 400 }, (_, i) => `('note ${i} ${'x'.repeat(200)}')`);
    await write(
      engine,
      'CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL) STRICT',
      `INSERT INTO notes VALUES ${rows.join()}`,
    );
    await opened.pop()?.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 6 * 4096);
    writeFileSync(file, bytes);
    await assert.rejects(open(), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'DATABASE_DAMAGED');
      assert.match(error.message, /nines\.db.*restore/);
      return true;
    });
  });

  it('is refused with the reason when it cannot be opened', async () => {
    await assert.rejects(open(folder), hasCode('DATABASE_UNAVAILABLE', 'EISDIR'));
    const occupied = join(folder, 'a-file');
    writeFileSync(occupied, '');
    await assert.rejects(
      open(join(occupied, 'nines.db')),
      hasCode('DATABASE_UNAVAILABLE', 'EEXIST'),
    );
  });

  it('is written again after the writer crashed, and what was under way is unknown', async () => {
    const engine = await open(file, crashingEntry);
    await write(engine, 'CREATE TABLE notes (id TEXT) STRICT');
    const settled = await Promise.allSettled([
      write(engine, "INSERT INTO notes VALUES ('a')"),
      write(engine, 'CRASH'),
    ]);
    for (const one of settled) {
      assert.ok(one.status === 'rejected' && one.reason instanceof AppError);
      assert.equal(one.reason.code, 'DATABASE_OUTCOME_UNKNOWN');
    }
    await write(engine, "INSERT INTO notes VALUES ('b')");
    const { rows } = await engine.read('SELECT id FROM notes', []);
    assert.deepEqual(rows, [{ id: 'b' }]);
  });

  it('is read while the writer is in the middle of a large batch', async () => {
    const engine = await open();
    await write(engine, 'CREATE TABLE notes (id INTEGER) STRICT');
    const large = write(
      engine,
      `INSERT INTO notes WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
       WHERE i < 300000) SELECT i FROM n`,
    );
    const { rows } = await engine.read('SELECT count(*) AS count FROM notes', []);
    assert.deepEqual(rows, [{ count: 0 }]);
    await large;
    const after = await engine.read('SELECT count(*) AS count FROM notes', []);
    assert.deepEqual(after.rows, [{ count: 300_000 }]);
  });
});

function hasCode(code: string, systemCode: string) {
  return (error: unknown) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.ok(error.cause instanceof Error && 'code' in error.cause);
    assert.equal(error.cause.code, systemCode);
    return true;
  };
}
