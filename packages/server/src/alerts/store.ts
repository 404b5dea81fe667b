/** Alerts, pages and history in the database. */
import type { Kysely } from 'kysely';
import type { Database, Statement } from '../database/index.ts';
import { PURGE_BATCH_MAX } from './limits.ts';
import type { AlertFile, Change, Page } from './model.ts';
import {
  type AlertRow,
  fromAlertRow,
  fromPageRow,
  type Tables,
  toAlertRow,
  toHistoryRow,
  toPageRow,
} from './rows.ts';

export interface AlertStore {
  /** All files in which something may still happen. */
  listOpenFiles(): Promise<readonly AlertFile[]>;
  findFile(alertId: string): Promise<AlertFile | undefined>;
  /**
   * Writes decisions in one transaction. Writing one again changes nothing, so what may or may
   * not have been written can be written again.
   */
  save(changes: readonly Change[]): Promise<void>;
  /** Removes alerts with all that belongs to them. */
  remove(alertIds: readonly string[]): Promise<void>;
  /** Removes old alerts with all that belongs to them, at most a bounded number; answers how many. */
  purge(before: { readonly neverFiredMs: number; readonly resolvedMs: number }): Promise<number>;
}

/** What was over before these times is old. */
export interface PurgeBefore {
  readonly neverFiredMs: number;
  readonly resolvedMs: number;
}

/** Builds the store on a database. */
export function createAlertStore(database: Database): AlertStore {
  const query = database.query.withTables<Tables>();

  const remove = async (alertIds: readonly string[]): Promise<void> => {
    for (let at = 0; at < alertIds.length; at += IDS_PER_QUERY) {
      const ids = alertIds.slice(at, at + IDS_PER_QUERY);
      await database.write([
        query.deleteFrom('alert_history').where('alert_id', 'in', ids),
        query.deleteFrom('pages').where('alert_id', 'in', ids),
        query.deleteFrom('alerts').where('id', 'in', ids),
      ]);
    }
  };

  return {
    remove,
    async listOpenFiles() {
      const alerts = await query
        .selectFrom('alerts')
        .selectAll()
        .where((where) =>
          where.or([
            where('state', '!=', 'resolved'),
            where('is_rule_active', '=', 1),
            where(
              'id',
              'in',
              query
                .selectFrom('pages')
                .select('alert_id')
                .where('state', 'in', ['queued', 'sending']),
            ),
          ]),
        )
        .orderBy('id')
        .execute();
      return listFilesOf(query, alerts);
    },
    async findFile(alertId) {
      const alert = await query
        .selectFrom('alerts')
        .selectAll()
        .where('id', '=', alertId)
        .executeTakeFirst();
      if (alert === undefined) return undefined;
      const [file] = await listFilesOf(query, [alert]);
      return file;
    },
    async save(changes) {
      await database.write(changes.flatMap((change) => saveChange(query, change)));
    },
    async purge(before) {
      const ids = await listOldIds(query, before);
      await remove(ids);
      return ids.length;
    },
  };
}

function saveChange(query: Kysely<Tables>, change: Change): Statement[] {
  const { file, changedPages, entries } = change;
  const { id, ...alertFields } = toAlertRow(file.alert);
  const alert = query
    .insertInto('alerts')
    .values({ id, ...alertFields })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(alertFields));
  const pages = changedPages.map((page) => {
    const { id: pageId, ...fields } = toPageRow(page);
    return query
      .insertInto('pages')
      .values({ id: pageId, ...fields })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(fields));
  });
  const history = entries.map((entry) => {
    const { alert_id: alertId, sequence, ...fields } = toHistoryRow(entry);
    return query
      .insertInto('alert_history')
      .values({ alert_id: alertId, sequence, ...fields })
      .onConflict((conflict) => conflict.columns(['alert_id', 'sequence']).doUpdateSet(fields));
  });
  const extra = change.isExact === true ? removeUnknown(query, file) : [];
  return [...extra, alert, ...pages, ...history];
}

/** What a write left that was said to have failed. */
function removeUnknown(query: Kysely<Tables>, { alert, pages }: AlertFile): Statement[] {
  const unknownPages = query.deleteFrom('pages').where('alert_id', '=', alert.id);
  const ids = pages.map((page) => page.id);
  return [
    query
      .deleteFrom('alert_history')
      .where('alert_id', '=', alert.id)
      .where('sequence', '>=', alert.historyCount),
    ids.length === 0 ? unknownPages : unknownPages.where('id', 'not in', ids),
  ];
}

async function listOldIds(query: Kysely<Tables>, before: PurgeBefore): Promise<readonly string[]> {
  const rows = await query
    .selectFrom('alerts')
    .select('id')
    .where('state', '=', 'resolved')
    .where('is_rule_active', '=', 0)
    .where((where) =>
      where.or([
        where('resolved_at', '<', before.resolvedMs),
        where.and([where('resolved_at', '<', before.neverFiredMs), where('fired_at', 'is', null)]),
      ]),
    )
    .limit(PURGE_BATCH_MAX)
    .execute();
  return rows.map((row) => row.id);
}

/** Engines bound the number of parameters of a statement. */
const IDS_PER_QUERY = 500;

/** The files of rows: adds the pages of each. */
export async function listFilesOf(
  query: Kysely<Tables>,
  rows: readonly AlertRow[],
): Promise<readonly AlertFile[]> {
  const pages = new Map<string, Page[]>(rows.map((row) => [row.id, []]));
  const ids = [...pages.keys()];
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
    const found = await query
      .selectFrom('pages')
      .selectAll()
      .where('alert_id', 'in', ids.slice(at, at + IDS_PER_QUERY))
      .orderBy('due_at')
      .orderBy('id')
      .execute();
    for (const row of found) pages.get(row.alert_id)?.push(fromPageRow(row));
  }
  return rows.map((row) => ({ alert: fromAlertRow(row), pages: pages.get(row.id) ?? [] }));
}
