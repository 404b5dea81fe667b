/** Where alerts come from, what people say of them, and how long they hold unrepeated. */
import type { Migration } from '../migration.ts';

type Tables = { alerts: { readonly rule_key: string; readonly origin: string } };

export const alertOriginAndTagsMigration: Migration = {
  name: '0005-alert-origin-and-tags',
  statements: ({ schema, types: { text, integer }, query }) => [
    schema
      .alterTable('alerts')
      .addColumn('origin', text, (column) => column.notNull().defaultTo('rule')),
    schema.alterTable('alerts').addColumn('sender', text),
    schema
      .alterTable('alerts')
      .addColumn('tags', text, (column) => column.notNull().defaultTo('[]')),
    schema.alterTable('alerts').addColumn('expires_after', integer),
    // Keys of rules end with their labels in braces; those of alerts about Nines itself do not.
    query
      .withTables<Tables>()
      .updateTable('alerts')
      .set({ origin: 'self' })
      .where('rule_key', 'like', 'internal/%')
      .where('rule_key', 'not like', '%{%'),
    schema.createIndex('alerts_origin_id').on('alerts').columns(['origin', 'id']),
  ],
};
