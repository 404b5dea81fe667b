import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openSqliteReader, openSqliteWriter, type SqliteConnection } from './sqlite-connection.ts';
import { executeGroup } from './sqlite-writer.ts';
import type { CompiledStatement } from './statement.ts';

const insert = (id: string, size = 1): CompiledStatement => ({
  sql: 'INSERT INTO notes (id, text) VALUES (?, ?)',
  parameters: [id, 'x'.repeat(size)],
});
const kinds = (outcomes: ReturnType<typeof executeGroup>) => outcomes.map(({ kind }) => kind);

describe('a group of batches', () => {
  let folder = '';
  let connection: SqliteConnection;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nines-test-'));
    connection = openSqliteWriter(join(folder, 'nines.db'));
    connection.run('CREATE TABLE notes (id TEXT PRIMARY KEY NOT NULL, text TEXT) STRICT', []);
  });
  afterEach(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });
  const listIds = () => {
    const reader = openSqliteReader(join(folder, 'nines.db'));
    const { rows } = reader.run('SELECT id FROM notes ORDER BY id', []);
    reader.close();
    return rows.map(({ id }) => id);
  };

  it('is committed as one transaction', () => {
    const before = countCommits(connection);
    const outcomes = executeGroup(
      connection,
      ['a', 'b', 'c'].map((id) => [insert(id)]),
    );
    assert.deepEqual(kinds(outcomes), ['stored', 'stored', 'stored']);
    assert.equal(countCommits(connection), before + 1);
    assert.deepEqual(listIds(), ['a', 'b', 'c']);
  });

  it('keeps the batches around one that fails half way', () => {
    const outcomes = executeGroup(connection, [
      [insert('a')],
      [insert('b'), insert('a')],
      [insert('c'), { ...insert('d'), expectRows: 2 }],
      [insert('e')],
    ]);
    assert.deepEqual(kinds(outcomes), ['stored', 'failed', 'unexpectedRows', 'stored']);
    assert.deepEqual(listIds(), ['a', 'e']);
  });

  it('answers for a guard which statement it was and what it touched', () => {
    const [outcome] = executeGroup(connection, [
      [insert('a'), { sql: 'DELETE FROM notes WHERE id = ?', parameters: ['z'], expectRows: 1 }],
    ]);
    assert.deepEqual(outcome, { kind: 'unexpectedRows', statementIndex: 1, affectedRows: 0 });
  });

  it('is lost as a whole when the disk is full, and answers that to everybody', () => {
    connection.run('PRAGMA max_page_count = 20', []);
    const outcomes = executeGroup(connection, [
      [insert('a')],
      [insert('large', 1_000_000)],
      [insert('b')],
    ]);
    assert.deepEqual(kinds(outcomes), ['failed', 'failed', 'failed']);
    const [first] = outcomes;
    assert.ok(first.kind === 'failed');
    assert.equal(first.failure.resultCode, 13);
    assert.deepEqual(listIds(), []);
    // What fits is stored again afterwards, inside of a transaction of its own.
    assert.deepEqual(kinds(executeGroup(connection, [[insert('c')]])), ['stored']);
    assert.equal(connection.database.isTransaction, false);
    assert.deepEqual(listIds(), ['c']);
  });

  it('fails as a whole while another process writes for too long', () => {
    const other = openSqliteWriter(join(folder, 'nines.db'));
    connection.run('PRAGMA busy_timeout = 1', []);
    other.run('BEGIN IMMEDIATE', []);
    const outcomes = executeGroup(connection, [[insert('a')], [insert('b')]]);
    assert.deepEqual(kinds(outcomes), ['failed', 'failed']);
    other.run('ROLLBACK', []);
    other.close();
    assert.deepEqual(kinds(executeGroup(connection, [[insert('a')]])), ['stored']);
  });

  it('answers a statement that cannot be bound as a failure of its batch only', () => {
    const unbindable: CompiledStatement = { ...insert('b'), parameters: ['b'] };
    const outcomes = executeGroup(connection, [
      [insert('a')],
      [{ ...unbindable, sql: 'INSERT INTO nowhere VALUES (?)' }],
      [{ ...unbindable, parameters: ['b', 'c', 'd'] }],
    ]);
    assert.deepEqual(kinds(outcomes), ['stored', 'failed', 'failed']);
    assert.deepEqual(listIds(), ['a']);
  });
});

/**
 * Counts the commits in the log: after its header of 32 bytes come frames of 24 bytes and a page,
 * and the frame that ends a transaction names the size of the database, the others 0
 * (https://www.sqlite.org/fileformat2.html#walformat).
 */
function countCommits(connection: SqliteConnection): number {
  const log = readFileSync(`${connection.database.location()}-wal`);
  const frameBytes = 24 + log.readUInt32BE(8);
  let count = 0;
  for (let at = 32; at + frameBytes <= log.length; at += frameBytes) {
    if (log.readUInt32BE(at + 4) !== 0) count++;
  }
  return count;
}
