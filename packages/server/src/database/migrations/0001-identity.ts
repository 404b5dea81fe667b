/** Users and what they prove themselves with. Secrets are stored as hashes only. */
import type { Migration } from '../migration.ts';

export const identityMigration: Migration = {
  name: '0001-identity',
  statements: ({ createTable, schema, types: { text, integer } }) => [
    createTable('users')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('name', text, (column) => column.notNull().unique())
      .addColumn('display_name', text, (column) => column.notNull())
      .addColumn('role', text, (column) => column.notNull())
      .addColumn('password_hash', text)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('disabled_at', integer)
      .addColumn('last_signed_in_at', integer),
    createTable('sessions')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('user_id', text, (column) => column.notNull().references('users.id'))
      .addColumn('token_hash', text, (column) => column.notNull().unique())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('last_used_at', integer, (column) => column.notNull())
      .addColumn('client_address', text, (column) => column.notNull())
      .addColumn('user_agent', text, (column) => column.notNull()),
    schema.createIndex('sessions_user_id').on('sessions').column('user_id'),
    createTable('api_tokens')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('user_id', text, (column) => column.notNull().references('users.id'))
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('token_hash', text, (column) => column.notNull().unique())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('last_used_at', integer)
      .addColumn('expires_at', integer)
      .addColumn('revoked_at', integer),
    schema.createIndex('api_tokens_user_id').on('api_tokens').column('user_id'),
    createTable('sign_in_links')
      .addColumn('token_hash', text, (column) => column.primaryKey().notNull())
      .addColumn('user_id', text, (column) => column.notNull().references('users.id'))
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('expires_at', integer, (column) => column.notNull())
      .addColumn('used_at', integer),
    schema.createIndex('sign_in_links_user_id').on('sign_in_links').column('user_id'),
  ],
};
