import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AppError } from '../platform/index.ts';
import type { Migration } from './migration.ts';
import { forEachDatabase } from './testing.ts';

type Tables = { notes: { id: string; text: string | null } };

const first: Migration = {
  name: '0001-notes',
  statements: ({ createTable, types }) => [
    createTable('notes').addColumn('id', types.text, (column) => column.primaryKey().notNull()),
  ],
};
const second: Migration = {
  name: '0002-text',
  statements: ({ schema, types }) => [schema.alterTable('notes').addColumn('text', types.text)],
};
const broken: Migration = {
  name: '0002-broken',
  statements: ({ schema, types, createTable }) => [
    createTable('half').addColumn('id', types.text),
    schema.alterTable('nowhere').addColumn('text', types.text),
  ],
};

forEachDatabase((open) => {
  it('applies what is missing, once and in order', async () => {
    const old = await open({ migrations: [first] });
    await old.write([
      old.query.withTables<{ notes: { id: string } }>().insertInto('notes').values({ id: 'a' }),
    ]);
    await old.close();
    for (let start = 0; start < 2; start++) {
      const database = await open({ migrations: [first, second] });
      const query = database.query.withTables<Tables>();
      const rows = await query.selectFrom('notes').selectAll().execute();
      assert.deepEqual(rows, [{ id: 'a', text: null }]);
      await database.close();
    }
  });

  it('refuses a database that a newer version wrote, and says so', async () => {
    await (await open({ migrations: [first, second] })).close();
    await assert.rejects(open({ migrations: [first] }), (error: unknown) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'DATABASE_NEWER');
      assert.match(error.message, /"0002-text".*newer version/);
      return true;
    });
  });

  it('leaves nothing behind of a migration that fails', async () => {
    await assert.rejects(open({ migrations: [first, broken] }));
    const whole: Migration = {
      name: '0002-half',
      statements: ({ createTable, types }) => [createTable('half').addColumn('id', types.text)],
    };
    await open({ migrations: [first, whole] });
  });

  it('takes a gap in the chain for a bug', async () => {
    await assert.rejects(open({ migrations: [second] }), /want a name that starts with "0001-"/);
  });

  it('lets two processes start at the same time', async () => {
    const opened = await Promise.all(
      [1, 2, 3].map(async () => open({ migrations: [first, second] })),
    );
    assert.equal(opened.length, 3);
  });
});
