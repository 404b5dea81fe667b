/** What tokens may do; those of before could do everything, and still can. */
import type { Migration } from '../migration.ts';

export const rolesMigration: Migration = {
  name: '0003-roles',
  statements: ({ schema, types: { text } }) => [
    schema
      .alterTable('api_tokens')
      .addColumn('role', text, (column) => column.notNull().defaultTo('admin')),
  ],
};
