/** The table that the killed process writes. */
import type { Migration } from '../migration.ts';

export type KillTables = { lines: { batch: string; number: number } };

/** A batch that is there only in part must show. */
export const LINES_PER_BATCH = 3;

export const killMigration: Migration = {
  name: '0001-lines',
  statements: ({ createTable, types }) => [
    createTable('lines')
      .addColumn('batch', types.text, (column) => column.notNull())
      .addColumn('number', types.integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('lines_key', ['batch', 'number']),
  ],
};
