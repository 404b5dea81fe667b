/**
 * Records: what happened and must not be lost, on SQLite or on PostgreSQL.
 *
 * Reading goes through the query builder; writing goes in batches, all or nothing, answered after
 * they are on disk. Nothing else writes. A store looks like this:
 *
 * ```ts
 * type Tables = { alerts: AlertRow; alert_events: AlertEventRow };
 *
 * export function createAlertStore(database: Database) {
 *   const query = database.query.withTables<Tables>();
 *   return {
 *     async findAlert(id: string) {
 *       return query.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
 *     },
 *     async resolve(id: string, at: number) {
 *       const [updated] = await database.write([
 *         {
 *           query: query
 *             .updateTable('alerts')
 *             .set({ state: 'resolved', resolved_at: at })
 *             .where('id', '=', id)
 *             .where('state', '=', 'firing')
 *             .returningAll(),
 *           expectRows: 1,
 *           otherwise: () => conflict('ALERT_NOT_FIRING', `alert "${id}" is not firing`),
 *         },
 *         query.insertInto('alert_events').values({ alert_id: id, kind: 'resolved', at }),
 *       ]);
 *       return updated.rows[0];
 *     },
 *   };
 * }
 * ```
 *
 * Rules that keep both engines the same: names in snake_case; times are integers in epoch
 * milliseconds; booleans are 0 or 1 (`toFlag`); JSON is text; ids come from the program, not from
 * the database; no LIKE (SQLite ignores case), no upsert on anything but a declared key.
 *
 * Errors: `conflict` RECORD_EXISTS (a unique key), RECORD_REFERENCE_MISSING (a foreign key),
 * RECORD_NOT_AS_EXPECTED (a guard); `unavailable` DATABASE_UNAVAILABLE, DATABASE_DAMAGED,
 * DATABASE_OUTCOME_UNKNOWN; `timeout` DATABASE_TIMEOUT; `limitExceeded` DATABASE_BUSY.
 *
 * A slice's tables are created by its own file in `migrations/`, added to `migrations/list.ts`.
 */
export {
  type Database,
  type DatabaseOptions,
  loadSqliteEngine,
  type NoTables,
  openDatabase,
} from './database.ts';
export type { EngineName, RecordsCopy } from './engine.ts';
export { probeDatabase } from './probe.ts';
export type { Migration, MigrationSchema } from './migration.ts';
export {
  type GuardedStatement,
  type Statement,
  type StatementResult,
  toFlag,
  type WriteResult,
  type WriteResults,
} from './statement.ts';
