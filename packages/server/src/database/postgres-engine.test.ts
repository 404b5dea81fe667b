import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { AppError, createSilentLog, createSystemClock } from '../platform/index.ts';
import type { Engine } from './engine.ts';
import { openPostgresEngine } from './postgres-engine.ts';
import { findPostgresPrograms, type PostgresServer, startPostgres } from './postgres-server.ts';

const clock = createSystemClock();
const log = createSilentLog();

describe('a PostgreSQL that cannot be used', () => {
  const check = async (url: string, want: { readonly code: string; readonly message: RegExp }) =>
    assert.rejects(openPostgresEngine({ url, clock, log }), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, want.code);
      assert.match(error.message, want.message);
      return true;
    });

  it('is named when its URL makes no sense, without the password in it', async () => {
    for (const url of ['', 'nines.db', 'mysql://me:secret@host/db', 'postgres//me:secret@host']) {
      await check(url, { code: 'DATABASE_URL_INVALID', message: /^(?!.*secret).*want postgres:/ });
    }
  });

  it('is unavailable when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    await new Promise((resolve) => void server.close(resolve));
    await check(`postgres://me:secret@127.0.0.1:${address.port}/db`, {
      code: 'DATABASE_UNAVAILABLE',
      message: /^(?!.*secret).*ECONNREFUSED/,
    });
  });
});

const skip = findPostgresPrograms() === undefined ? 'no PostgreSQL' : false;
describe('a PostgreSQL', { skip }, () => {
  let server: PostgresServer;
  let engine: Engine;
  before(async () => {
    server = await startPostgres();
    engine = await openPostgresEngine({ url: server.url, clock, log });
    await write('CREATE TABLE notes (id text PRIMARY KEY)');
  });
  after(async () => {
    await engine.close();
    await server.stop();
  });
  const write = async (...statements: readonly string[]) =>
    engine.write(statements.map((sql) => ({ sql, parameters: [] })));
  /** Ends every connection of ours but the one that asks. */
  const endConnections = () => `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'nines' AND pid <> pg_backend_pid()`;

  it('is asked to answer a commit only when it is on disk, whatever its default', async () => {
    const [setting] = await write('SHOW synchronous_commit');
    assert.deepEqual(setting.rows, [{ synchronous_commit: 'on' }]);
  });

  it('is used again after it ended the connections', async () => {
    await Promise.all(Array.from({ length: 8 }, async () => engine.read('SELECT 1', [])));
    await engine.read(endConnections(), []);
    await Promise.all(Array.from({ length: 8 }, async () => engine.read('SELECT 1', [])));
    await write("INSERT INTO notes VALUES ('a')");
    await engine.read(endConnections(), []);
    await write("INSERT INTO notes VALUES ('b')");
    const { rows } = await engine.read('SELECT id FROM notes ORDER BY id', []);
    assert.deepEqual(rows, [{ id: 'a' }, { id: 'b' }]);
  });

  it('does not keep a batch whose connection ended before the commit', async () => {
    await assert.rejects(
      write("INSERT INTO notes VALUES ('c')", 'SELECT pg_terminate_backend(pg_backend_pid())'),
      (error: unknown) => error instanceof AppError && error.code === 'DATABASE_UNAVAILABLE',
    );
    const { rows } = await engine.read("SELECT id FROM notes WHERE id = 'c'", []);
    assert.deepEqual(rows, []);
  });

  it('refuses text that it cannot hold as invalid', async () => {
    const statement = { sql: 'INSERT INTO notes VALUES ($1)', parameters: ['a\u0000b'] };
    await assert.rejects(
      engine.write([statement]),
      (error: unknown) => error instanceof AppError && error.code === 'RECORD_TEXT_INVALID',
    );
  });
});
