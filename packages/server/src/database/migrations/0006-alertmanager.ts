/** What `nines alertmanager` must not lose: alerts, silences, and what was notified of which group. */
import type { Migration } from '../migration.ts';

export const alertmanagerMigration: Migration = {
  name: '0006-alertmanager',
  statements: ({ createTable, types: { text, integer } }) => [
    createTable('alertmanager_alerts')
      .addColumn('fingerprint', text, (column) => column.primaryKey().notNull())
      .addColumn('labels', text, (column) => column.notNull())
      .addColumn('annotations', text, (column) => column.notNull())
      .addColumn('starts_at', integer, (column) => column.notNull())
      .addColumn('ends_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addColumn('is_timeout', integer, (column) => column.notNull())
      .addColumn('generator_url', text, (column) => column.notNull()),
    createTable('alertmanager_silences')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('matchers', text, (column) => column.notNull())
      .addColumn('starts_at', integer, (column) => column.notNull())
      .addColumn('ends_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addColumn('created_by', text, (column) => column.notNull())
      .addColumn('comment', text, (column) => column.notNull())
      .addColumn('annotations', text, (column) => column.notNull()),
    createTable('alertmanager_notifications')
      .addColumn('group_key', text, (column) => column.notNull())
      .addColumn('receiver', text, (column) => column.notNull())
      .addColumn('integration', text, (column) => column.notNull())
      .addColumn('integration_index', integer, (column) => column.notNull())
      .addColumn('notified_at', integer, (column) => column.notNull())
      .addColumn('firing', text, (column) => column.notNull())
      .addColumn('resolved', text, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('alertmanager_notifications_pk', [
        'group_key',
        'receiver',
        'integration',
        'integration_index',
      ]),
  ],
};
