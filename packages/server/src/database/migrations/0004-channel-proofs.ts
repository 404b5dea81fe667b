/** When each channel was last seen to work. */
import type { Migration } from '../migration.ts';

export const channelProofsMigration: Migration = {
  name: '0004-channel-proofs',
  statements: ({ createTable, types: { text, integer } }) => [
    createTable('channel_proofs')
      .addColumn('channel', text, (column) => column.primaryKey().notNull())
      .addColumn('last_delivered_at', integer)
      .addColumn('last_test_at', integer)
      .addColumn('last_test_delivered', integer)
      .addColumn('last_test_reason', text)
      .addColumn('last_test_duration_ms', integer),
  ],
};
