/** What the views ask the database. */
import type { RecentEvent } from '@nines/contract';
import { type Kysely, sql } from 'kysely';
import { FIRED_MAX, FIRINGS_MAX, HISTORY_SHOWN_MAX, RULES_COUNTED_MAX } from './limits.ts';
import { summaryOf } from './message.ts';
import type {
  AlertFile,
  FiredAlert,
  HistoryEntry,
  HistoryKind,
  Output,
  RuleFiring,
} from './model.ts';
import { fromFiredRow, fromHistoryRow, type Tables } from './rows.ts';
import { listFilesOf } from './store.ts';

const DAY_MS = 86_400_000;

/** What is worth telling somebody who was not there. */
const TOLD_KINDS: readonly HistoryKind[] = [
  'alert.fired',
  'alert.acknowledged',
  'alert.resolved',
  'alert.reopened',
  'page.delivered',
  'page.failed',
  'page.escalated',
];

type Query = Kysely<Tables>;

export interface AlertFilter {
  readonly state?: string | undefined;
  readonly output?: Output | undefined;
  readonly service?: string | undefined;
  /** A tag, or the levels above it. */
  readonly tag?: string | undefined;
  /** Only what is older than this id. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Alerts that fired or still may, newest first. */
export async function selectFiles(
  query: Query,
  filter: AlertFilter,
): Promise<readonly AlertFile[]> {
  const { state, output, service, tag, cursor, limit } = filter;
  let select = query
    .selectFrom('alerts')
    .selectAll()
    .where((where) =>
      where.or([where('fired_at', 'is not', null), where('state', '!=', 'resolved')]),
    );
  if (state !== undefined) select = select.where('state', '=', state);
  if (output !== undefined) select = select.where('output', '=', output);
  if (service !== undefined) select = select.where('service', '=', service);
  if (tag !== undefined) select = select.where(hasTag(tag));
  if (cursor !== undefined) select = select.where('id', '<', cursor);
  return listFilesOf(query, await select.orderBy('id', 'desc').limit(limit).execute());
}

/**
 * Tags are stored as a JSON array. To take something out and to see that the text is another one
 * then is what both engines do alike: their `instr` differ, and LIKE takes `_` for any character.
 */
function hasTag(tag: string) {
  const whole = JSON.stringify(tag);
  const level = whole.replace(/"$/, ':');
  const column = sql.ref<string>('tags');
  const without = sql`replace(replace(${column}, ${whole}, ''), ${level}, '')`;
  return sql<boolean>`${without} <> ${column}`;
}

/** What fired since then and is over, the newest first; nothing that never happened, and no tests. */
export async function selectFired(query: Query, sinceMs: number): Promise<readonly FiredAlert[]> {
  const rows = await query
    .selectFrom('alerts')
    .select(['id', 'name', 'annotations', 'output', 'service', 'labels', 'fired_at', 'resolved_at'])
    .where('fired_at', '>=', sinceMs)
    .where('state', '=', 'resolved')
    .where('origin', 'not in', ['test', 'sample'])
    .orderBy('fired_at', 'desc')
    .limit(FIRED_MAX)
    .execute();
  return rows.map((row) => {
    const { annotations, ...fired } = fromFiredRow(row);
    return { ...fired, summary: summaryOf({ annotations, name: fired.name }) };
  });
}

/** What alerts of rules did since then, the oldest first; of too many the newest. */
export async function selectRuleFirings(
  query: Query,
  sinceMs: number,
): Promise<readonly RuleFiring[]> {
  const rows = await query
    .selectFrom('alerts')
    .select(['rule_key', 'fingerprint', 'fired_at', 'resolved_at', 'acknowledged_at'])
    .where('fired_at', '>=', sinceMs)
    .where('origin', '=', 'rule')
    .orderBy('fired_at', 'desc')
    .limit(FIRINGS_MAX)
    .execute();
  return rows.reverse().map((row) => ({
    ruleKey: row.rule_key,
    fingerprint: row.fingerprint,
    firedAtMs: row.fired_at ?? 0,
    resolvedAtMs: row.resolved_at ?? undefined,
    isAcknowledged: row.acknowledged_at !== null,
  }));
}

/** For each rule how many of its alerts have fired since a time of its own. */
export async function countRuleFirings(
  query: Query,
  rules: readonly { readonly key: string; readonly sinceMs: number }[],
): Promise<ReadonlyMap<string, number>> {
  if (rules.length === 0) return new Map();
  const asked = rules.slice(0, RULES_COUNTED_MAX);
  const rows = await query
    .selectFrom('alerts')
    .select(({ fn }) => ['rule_key', fn.countAll<number>().as('firedCount')])
    .where((where) =>
      where.or(
        asked.map(({ key, sinceMs }) =>
          where.and([where('rule_key', '=', key), where('fired_at', '>=', sinceMs)]),
        ),
      ),
    )
    .groupBy('rule_key')
    .execute();
  // PostgreSQL counts in bigint, which comes as a text.
  return new Map(rows.map((row) => [row.rule_key, Number(row.firedCount)]));
}

/** For each alert how often its instance fired in the day up to its own firing. */
export async function countFirings(
  query: Query,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (alertIds.length === 0) return new Map();
  const dayBefore = sql<number>`${sql.ref('mine.fired_at')} - ${sql.lit(DAY_MS)}`;
  const rows = await query
    .selectFrom('alerts as mine')
    .innerJoin('alerts as other', (join) =>
      join
        .onRef('other.rule_key', '=', 'mine.rule_key')
        .onRef('other.fingerprint', '=', 'mine.fingerprint')
        .onRef('other.fired_at', '<=', 'mine.fired_at')
        .on('other.fired_at', '>', dayBefore),
    )
    .select(['mine.id', (count) => count.fn.countAll<number>().as('fired_count')])
    .where('mine.id', 'in', alertIds)
    .groupBy('mine.id')
    .execute();
  return new Map(rows.map((row) => [row.id, row.fired_count]));
}

/** The newest entries of an alert, oldest first. */
export async function selectHistory(
  query: Query,
  alertId: string,
): Promise<readonly HistoryEntry[]> {
  const rows = await query
    .selectFrom('alert_history')
    .selectAll()
    .where('alert_id', '=', alertId)
    .orderBy('sequence', 'desc')
    .limit(HISTORY_SHOWN_MAX)
    .execute();
  return rows.reverse().map(fromHistoryRow);
}

/** The last things worth telling, newest first; nothing that never happened. */
export async function selectRecent(query: Query, limit: number): Promise<readonly RecentEvent[]> {
  const rows = await query
    .selectFrom('alert_history as entry')
    .innerJoin('alerts as alert', 'alert.id', 'entry.alert_id')
    .select(['entry.at', 'entry.kind', 'entry.alert_id', 'entry.reason', 'alert.name'])
    .where('entry.kind', 'in', TOLD_KINDS)
    .where('alert.origin', '!=', 'sample')
    .orderBy('entry.at', 'desc')
    .orderBy('entry.alert_id', 'desc')
    .orderBy('entry.sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at, kind, alert_id: alertId, reason, name: alertName }) => ({
    at,
    kind,
    alertId,
    alertName,
    reason,
  }));
}

/** How many pages that fell due since then were delivered, and how many failed. */
export async function countPages(
  query: Query,
  sinceMs: number,
): Promise<{ readonly delivered: number; readonly failed: number }> {
  const rows = await query
    .selectFrom('pages as page')
    .innerJoin('alerts as alert', 'alert.id', 'page.alert_id')
    .select(['page.state', (count) => count.fn.countAll<number>().as('page_count')])
    .where('page.state', 'in', ['delivered', 'failed'])
    .where('page.due_at', '>', sinceMs)
    .where('alert.origin', '!=', 'sample')
    .groupBy('page.state')
    .execute();
  const countOf = (state: string): number =>
    rows.find((row) => row.state === state)?.page_count ?? 0;
  return { delivered: countOf('delivered'), failed: countOf('failed') };
}

/** Who was the first to send an alert from outside, and when; it may have fired long before. */
export async function selectFirstExternal(
  query: Query,
): Promise<{ readonly atMs: number; readonly sender: string } | undefined> {
  const row = await query
    .selectFrom('alerts as alert')
    .innerJoin('alert_history as entry', 'entry.alert_id', 'alert.id')
    .select(['entry.at', 'alert.sender'])
    .where('alert.origin', '=', 'external')
    .where('entry.sequence', '=', 0)
    .orderBy('alert.id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { atMs: row.at, sender: row.sender ?? 'somebody' };
}
