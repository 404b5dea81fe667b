import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, BugError, conflict } from '../platform/index.ts';
import type { Database } from './database.ts';
import type { Migration } from './migration.ts';
import { toFlag } from './statement.ts';
import { forEachDatabase, type OpenTestDatabase, prepareSqlite } from './testing.ts';

/** Two tables that have all that a slice's tables have: keys, guards, references, flags, floats. */
type Tables = {
  pages: { id: string; name: string; state: string; is_loud: number; load: number; at: number };
  sends: { id: string; page_id: string; note: string | null };
};

const pagesMigration: Migration = {
  name: '0001-pages',
  statements: ({ createTable, types: { text, integer, real } }) => [
    createTable('pages')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('name', text, (column) => column.notNull().unique())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('is_loud', integer, (column) => column.notNull())
      .addColumn('load', real, (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull()),
    createTable('sends')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('page_id', text, (column) => column.notNull().references('pages.id'))
      .addColumn('note', text),
  ],
};

const page = (id: string, state = 'firing') => ({
  id,
  name: `name of ${id}`,
  state,
  is_loud: toFlag(true),
  load: 0.5,
  at: 1_790_000_000_123,
});

async function openWithPages(open: OpenTestDatabase) {
  const database = await open({ migrations: [pagesMigration] });
  return { database, query: database.query.withTables<Tables>() };
}

const isAppError = (code: string) => (error: unknown) =>
  error instanceof AppError && error.code === code;

forEachDatabase((open: OpenTestDatabase) => {
  const openPages = async () => openWithPages(open);
  const listIds = async (database: Database): Promise<readonly string[]> => {
    const query = database.query.withTables<Tables>();
    const rows = await query.selectFrom('pages').select('id').orderBy('id').execute();
    return rows.map(({ id }) => id);
  };

  it('reads what it answered to have written, with the same types', async () => {
    const { database, query } = await openPages();
    const [inserted] = await database.write([
      query.insertInto('pages').values(page('a')).returning(['id', 'at']),
    ]);
    assert.deepEqual(inserted, {
      rows: [{ id: 'a', at: 1_790_000_000_123 }],
      affectedRows: 1,
    });
    assert.deepEqual(await query.selectFrom('pages').selectAll().execute(), [page('a')]);
  });

  it('answers counts and sums of 64-bit integers as numbers', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values([page('a'), page('b')])]);
    const row = await query
      .selectFrom('pages')
      .select((is) => [is.fn.countAll().as('count'), is.fn.sum('at').as('sum')])
      .executeTakeFirstOrThrow();
    assert.deepEqual(row, { count: 2, sum: 2 * 1_790_000_000_123 });
  });

  it('counts the rows that a statement without RETURNING touched', async () => {
    const { database, query } = await openPages();
    const [inserted, updated, deleted] = await database.write([
      query.insertInto('pages').values([page('a'), page('b'), page('c')]),
      query.updateTable('pages').set({ state: 'resolved' }).where('id', '<>', 'a'),
      query.deleteFrom('pages').where('id', '=', 'nobody'),
    ]);
    assert.deepEqual(
      [inserted.affectedRows, updated.affectedRows, deleted.affectedRows],
      [3, 2, 0],
    );
  });

  it('undoes the whole batch when a guard finds the record in another state', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('a', 'resolved'))]);
    const resolve = query
      .updateTable('pages')
      .set({ state: 'acknowledged' })
      .where('id', '=', 'a')
      .where('state', '=', 'firing')
      .returning('id');
    await assert.rejects(
      database.write([
        query.insertInto('pages').values(page('b')),
        { query: resolve, expectRows: 1 },
      ]),
      isAppError('RECORD_NOT_AS_EXPECTED'),
    );
    assert.deepEqual(await listIds(database), ['a']);
  });

  it('answers the error that the guard names', async () => {
    const { database, query } = await openPages();
    const guarded = {
      query: query.deleteFrom('pages').where('id', '=', 'a'),
      expectRows: 1,
      otherwise: () => conflict('PAGE_GONE', 'there is no such page'),
    };
    await assert.rejects(database.write([guarded]), isAppError('PAGE_GONE'));
  });

  it('lets exactly one of many conditional updates through', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('a'))]);
    const acknowledge = async (by: number) =>
      database.write([
        {
          query: query
            .updateTable('pages')
            .set({ state: 'acknowledged' })
            .where('id', '=', 'a')
            .where('state', '=', 'firing'),
          expectRows: 1,
        },
        query.insertInto('sends').values({ id: `s${by}`, page_id: 'a', note: null }),
      ]);
    const settled = await Promise.allSettled(
      Array.from({ length: 40 }, (_, by) => acknowledge(by)),
    );
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    const sends = await query.selectFrom('sends').selectAll().execute();
    assert.equal(sends.length, 1);
  });

  it('lets batches through that touch the same records in different orders', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values([page('a'), page('b')])]);
    const raise = (id: string) =>
      query
        .updateTable('pages')
        .set((is) => ({ at: is('at', '+', 1) }))
        .where('id', '=', id);
    const orders = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? ['a', 'b'] : ['b', 'a']));
    await Promise.all(orders.map(async (ids) => database.write(ids.map(raise))));
    const rows = await query.selectFrom('pages').select('at').execute();
    assert.deepEqual(rows, [{ at: page('a').at + 30 }, { at: page('b').at + 30 }]);
  });

  it('keeps the other batches of a group when one of them fails', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('m'))]);
    const ids = ['a', 'm', 'b', 'm', 'c'];
    const settled = await Promise.allSettled(
      ids.map(async (id) => database.write([query.insertInto('pages').values(page(id))])),
    );
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await listIds(database), ['a', 'b', 'c', 'm']);
  });

  it('stores every one of many concurrent writes', async () => {
    const { database, query } = await openPages();
    const ids = Array.from({ length: 300 }, (_, i) => `p${String(i).padStart(3, '0')}`);
    await Promise.all(
      ids.map(async (id) => database.write([query.insertInto('pages').values(page(id))])),
    );
    assert.deepEqual(await listIds(database), ids);
  });

  it('tells violated keys from other failures', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('a'))]);
    const twice = { ...page('b'), name: page('a').name };
    await assert.rejects(
      database.write([query.insertInto('pages').values(twice)]),
      isAppError('RECORD_EXISTS'),
    );
    const orphan = { id: 's', page_id: 'nobody', note: null };
    await assert.rejects(
      database.write([query.insertInto('sends').values(orphan)]),
      isAppError('RECORD_REFERENCE_MISSING'),
    );
    // A reference that is still held keeps its record.
    await database.write([query.insertInto('sends').values({ ...orphan, page_id: 'a' })]);
    await assert.rejects(
      database.write([query.deleteFrom('pages').where('id', '=', 'a')]),
      isAppError('RECORD_REFERENCE_MISSING'),
    );
  });

  it('takes wrong SQL, and writing where one reads, for a bug', async () => {
    const { database, query } = await openPages();
    const unknown = database.query.withTables<{ nowhere: { id: string } }>();
    const isBug = (error: unknown) => error instanceof BugError;
    await assert.rejects(unknown.selectFrom('nowhere').selectAll().execute(), isBug);
    await assert.rejects(database.write([unknown.insertInto('nowhere').values({ id: '' })]), isBug);
    await assert.rejects(query.insertInto('pages').values(page('a')).execute(), isBug);
    await assert.rejects(
      query.transaction().execute(async () => {}),
      isBug,
    );
    assert.deepEqual(await listIds(database), []);
  });

  it('refuses text in a column of numbers', async () => {
    const { database, query } = await openPages();
    const values = { ...page('a'), at: Number('1') };
    Object.assign(values, { at: 'yesterday' });
    await assert.rejects(database.write([query.insertInto('pages').values(values)]));
  });

  it('orders text by its bytes', async () => {
    const { database, query } = await openPages();
    await database.write([
      query.insertInto('pages').values(['b', 'B', 'ä', 'a', '_'].map((id) => page(id))),
    ]);
    assert.deepEqual(await listIds(database), ['B', '_', 'a', 'b', 'ä']);
  });

  it('keeps text exactly: empty, long, of every script', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('a'))]);
    const notes = ['', "'; DROP TABLE pages; --", '\t\r\n', '漢字 🚨 é', 'x'.repeat(100_000)];
    await database.write(
      notes.map((note, i) => query.insertInto('sends').values({ id: `${i}`, page_id: 'a', note })),
    );
    const rows = await query.selectFrom('sends').select('note').orderBy('id').execute();
    assert.deepEqual(
      rows.map(({ note }) => note),
      notes,
    );
  });

  it('refuses text with a NUL, which PostgreSQL cannot hold', async () => {
    const { database, query } = await openPages();
    const isInvalid = isAppError('RECORD_TEXT_INVALID');
    await assert.rejects(database.write([query.insertInto('pages').values(page('\0'))]), isInvalid);
    await assert.rejects(
      query.selectFrom('pages').selectAll().where('id', '=', '\0').execute(),
      isInvalid,
    );
  });

  it('is as it was after it is closed and opened again', async () => {
    const { database, query } = await openPages();
    await database.write([query.insertInto('pages').values(page('a'))]);
    await database.close();
    const again = await openPages();
    assert.deepEqual(await listIds(again.database), ['a']);
  });

  it('finishes the writes under way when it is closed', async () => {
    const { database, query } = await openPages();
    const write = database.write([query.insertInto('pages').values(page('a'))]);
    await Promise.all([database.close(), write]);
    assert.deepEqual(await listIds((await openPages()).database), ['a']);
  });

  it('takes writing after the close for a bug', async () => {
    const { database, query } = await openPages();
    await database.close();
    await assert.rejects(
      database.write([query.insertInto('pages').values(page('a'))]),
      /after it was closed/,
    );
  });
});

describe('the record store', () => {
  const open = prepareSqlite();

  it('refuses writes beyond those it lets wait, and goes on afterwards', async () => {
    const { database, query } = await openWithPages(open);
    const write = async () =>
      database.write([query.updateTable('pages').set({ state: 'x' }).where('id', '=', 'a')]);
    const settled = await Promise.allSettled(Array.from({ length: 10_010 }, write));
    const refused = settled.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 10);
    await write();
  });
});
