/** Which silence keeps an alert quiet, and who made, changed and ended silences. */
import type { Migration } from '../migration.ts';

export const silencesMigration: Migration = {
  name: '0007-silences',
  statements: ({ createTable, schema, types: { text, integer } }) => [
    schema.alterTable('alerts').addColumn('silence', text),
    schema.createIndex('alerts_fired_at').on('alerts').column('fired_at'),
    createTable('silence_history')
      .addColumn('silence_id', text, (column) => column.notNull())
      .addColumn('sequence', integer, (column) => column.notNull())
      .addColumn('at', integer, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('actor', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('silence_history_pk', ['silence_id', 'sequence']),
  ],
};
