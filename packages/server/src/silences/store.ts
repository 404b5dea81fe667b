/** Silences with what was done to them, in the database. */
import { createSilenceStatements, type Silence } from '../alertmanager/index.ts';
import type { Database } from '../database/index.ts';

/** What was done to a silence. */
export interface SilenceEntry {
  readonly silenceId: string;
  readonly atMs: number;
  readonly kind: 'silence.created' | 'silence.changed' | 'silence.ended';
  readonly reason: string;
  readonly actor: string;
}

export interface SilenceStore {
  list(): Promise<readonly Silence[]>;
  /** Writes silences and what was done to them in one transaction. */
  save(silences: readonly Silence[], entries: readonly SilenceEntry[]): Promise<void>;
  /** Oldest first. */
  listHistory(silenceId: string): Promise<readonly Omit<SilenceEntry, 'silenceId'>[]>;
  remove(ids: readonly string[]): Promise<void>;
}

interface HistoryRow {
  readonly silence_id: string;
  readonly sequence: number;
  readonly at: number;
  readonly kind: string;
  readonly reason: string;
  readonly actor: string;
}

type Tables = { silence_history: HistoryRow };

const KINDS = ['silence.created', 'silence.changed', 'silence.ended'] as const;

/** Builds the store on a database. */
export function createSilenceStore(database: Database): SilenceStore {
  const query = database.query.withTables<Tables>();
  const statements = createSilenceStatements(database);
  const countEntries = async (silenceId: string): Promise<number> => {
    const { count } = await query
      .selectFrom('silence_history')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('silence_id', '=', silenceId)
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  return {
    list: async () => statements.list(),
    async save(silences, entries) {
      const rows: HistoryRow[] = [];
      for (const { silenceId, atMs, kind, reason, actor } of entries) {
        const sequence = await countEntries(silenceId);
        rows.push({ silence_id: silenceId, sequence, at: atMs, kind, reason, actor });
      }
      await database.write([
        ...statements.save(silences),
        ...rows.map((row) => query.insertInto('silence_history').values(row)),
      ]);
    },
    async listHistory(silenceId) {
      const rows = await query
        .selectFrom('silence_history')
        .selectAll()
        .where('silence_id', '=', silenceId)
        .orderBy('sequence')
        .execute();
      return rows.map(({ at, kind, reason, actor }) => ({
        atMs: at,
        kind: KINDS.find((one) => one === kind) ?? 'silence.changed',
        reason,
        actor,
      }));
    },
    async remove(ids) {
      if (ids.length === 0) return;
      await database.write([
        ...statements.remove(ids),
        ...ids.map((id) => query.deleteFrom('silence_history').where('silence_id', '=', id)),
      ]);
    },
  };
}
