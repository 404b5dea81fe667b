/** When channels were last seen to work, in the database. */
import type { Database } from '../database/index.ts';
import type { ChannelProof, ChannelTest } from './model.ts';

interface ProofRow {
  channel: string;
  last_delivered_at: number | null;
  last_test_at: number | null;
  last_test_delivered: number | null;
  last_test_reason: string | null;
  last_test_duration_ms: number | null;
}

/** The table of migration 0004. */
type Tables = { channel_proofs: ProofRow };

export interface ProofStore {
  listProofs(): Promise<readonly ChannelProof[]>;
  /** Replaces what is known of a channel. */
  saveProof(proof: ChannelProof): Promise<void>;
}

/** Builds the store. */
export function createProofStore(database: Database): ProofStore {
  const query = database.query.withTables<Tables>();
  return {
    async listProofs() {
      const rows = await query
        .selectFrom('channel_proofs')
        .selectAll()
        .orderBy('channel')
        .execute();
      return rows.map(fromRow);
    },
    async saveProof(proof) {
      const { channel, ...known } = toRow(proof);
      await database.write([
        query
          .insertInto('channel_proofs')
          .values({ channel, ...known })
          .onConflict((on) => on.column('channel').doUpdateSet(known)),
      ]);
    },
  };
}

function fromRow(row: ProofRow): ChannelProof {
  return {
    channel: row.channel,
    deliveredAtMs: row.last_delivered_at ?? undefined,
    lastTest: readTest(row),
  };
}

/** Invariant: the columns of a test are all there, or none is. */
function readTest(row: ProofRow): ChannelTest | undefined {
  if (row.last_test_at === null) return undefined;
  return {
    atMs: row.last_test_at,
    isDelivered: row.last_test_delivered === 1,
    reason: row.last_test_reason ?? '',
    durationMs: row.last_test_duration_ms ?? 0,
  };
}

function toRow({ channel, deliveredAtMs, lastTest }: ChannelProof): ProofRow {
  return {
    channel,
    last_delivered_at: deliveredAtMs ?? null,
    last_test_at: lastTest?.atMs ?? null,
    last_test_delivered: lastTest === undefined ? null : Number(lastTest.isDelivered),
    last_test_reason: lastTest?.reason ?? null,
    last_test_duration_ms: lastTest === undefined ? null : Math.round(lastTest.durationMs),
  };
}
