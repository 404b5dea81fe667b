/**
 * What pages and programs are shown of alerts.
 *
 * What is open is answered from memory, so that "what is firing, and who has it" has an answer also
 * while the database is away; what is over comes from the database.
 */
import type {
  AlertDetail,
  AlertList,
  AlertQuery,
  AlertSummary,
  RecentEvent,
} from '@nines/contract';
import type { Kysely } from 'kysely';
import type { Catalog } from '../catalog/index.ts';
import type { Database } from '../database/index.ts';
import { AppError, type Clock, notFound } from '../platform/index.ts';
import type { AlertBook } from './book.ts';
import { FIRED_MAX, FIRINGS_MAX, LIST_LIMIT, LIST_LIMIT_MAX, PAGES_SHOWN_MAX } from './limits.ts';
import { findService, summaryOf } from './message.ts';
import type { Alert, AlertFile, FiredAlert, HistoryEntry, Output, RuleFiring } from './model.ts';
import {
  countFirings,
  countPages,
  countRuleFirings,
  selectFiles,
  selectFired,
  selectFirstExternal,
  selectHistory,
  selectRecent,
  selectRuleFirings,
} from './queries.ts';
import type { PolicyShelf } from './policy-shelf.ts';
import type { Tables } from './rows.ts';
import { heedsSilences } from './silencing.ts';
import type { AlertStore } from './store.ts';
import { hasTag } from './tags.ts';
import { summarize, viewEntry, viewPage } from './summary.ts';
import { createTrailViews, type TrailViews } from './trail-views.ts';

const DAY_MS = 86_400_000;

export interface AlertViews extends TrailViews {
  /** Alerts newest first, a page at a time. */
  listAlerts(query: AlertQuery): Promise<AlertList>;
  /** One line of that list. Throws `ALERT_NOT_FOUND`. */
  getSummary(alertId: string): Promise<AlertSummary>;
  /** One alert with all that happened to it. Throws `ALERT_NOT_FOUND`. */
  getAlert(alertId: string): Promise<AlertDetail>;
  /** Firing pages and tickets: pages first, what nobody has first, the newest first. */
  listNeedsSomeone(): Promise<readonly AlertSummary[]>;
  /** What fires now, of what silences hold for. */
  listFiring(): readonly FiredAlert[];
  /** What fired since then and is over, of what silences hold for; cut: there is more that is older. */
  listFired(
    sinceMs: number,
  ): Promise<{ readonly alerts: readonly FiredAlert[]; readonly isCut: boolean }>;
  /**
   * What alerts of rules did since then, in the order in which they fired; of too many the newest,
   * and then `sinceMs` is later.
   */
  listRuleFirings(
    sinceMs: number,
  ): Promise<{ readonly firings: readonly RuleFiring[]; readonly sinceMs: number }>;
  /** How often rules, by their keys, have fired since times of their own; none while records are away. */
  countRuleFirings(
    rules: readonly { readonly key: string; readonly sinceMs: number }[],
  ): Promise<ReadonlyMap<string, number>>;
  /** How many alerts fire by output, and how many are pending. */
  countActive(): AlertList['counts'];
  /** How many alerts of each service fire, by output. */
  countByService(): ReadonlyMap<string, Record<Output, number>>;
  /** The last things worth telling, newest first. */
  listRecent(limit: number): Promise<readonly RecentEvent[]>;
  /** Who was the first to send an alert from outside; undefined: nobody yet. */
  findFirstExternal(): Promise<{ readonly atMs: number; readonly sender: string } | undefined>;
  /** What became of the pages of the last 24 hours. */
  countPages24h(): Promise<{ readonly delivered: number; readonly failed: number }>;
}

export interface ViewsOptions {
  readonly database: Database;
  readonly store: AlertStore;
  readonly book: AlertBook;
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** The rule of a key, while it is in force. */
  readonly findRule: (ruleKey: string) => AlertDetail['rule'] | undefined;
  /** The escalation policy of a name, else the first. */
  readonly policyOf: PolicyShelf['policyOf'];
}

/** Builds the views. */
export function createAlertViews(options: ViewsOptions): AlertViews {
  const { book, store, catalog, clock } = options;
  const query = options.database.query.withTables<Tables>();

  /** Adds how often each has fired; while the database is away, as if it were the first time. */
  const summarizeAll = async (files: readonly AlertFile[]): Promise<AlertSummary[]> => {
    const ids = files.map((file) => file.alert.id);
    const counts = await orWhenAway(async () => countFirings(query, ids), new Map());
    return files.map((file) => {
      const { alert } = file;
      const firedCount = counts.get(alert.id) ?? (alert.firedAtMs === undefined ? 0 : 1);
      return summarize(file, { firedCount, service: findService(catalog, alert) });
    });
  };
  const listHistory = async (alertId: string): Promise<readonly HistoryEntry[]> => {
    const stored = await orWhenAway(async () => selectHistory(query, alertId), []);
    return [...stored, ...unsavedEntries(book, alertId, stored)];
  };
  const findFile = async (alertId: string): Promise<AlertFile> => {
    const file = book.findFile(alertId) ?? (await store.findFile(alertId));
    if (file === undefined) throw notFound('ALERT_NOT_FOUND', `there is no alert ${alertId}`);
    return file;
  };
  const detailOf = async (file: AlertFile): Promise<AlertDetail> => {
    const [alert] = await summarizeAll([file]);
    const rule = options.findRule(file.alert.ruleKey) ?? null;
    return describeFile(file, { alert, rule, history: await listHistory(file.alert.id) });
  };
  const listFiles = async (want: AlertQuery, limit: number): Promise<readonly AlertFile[]> => {
    const open = [...book.files()].filter(({ alert }) => isWanted(alert, want));
    const isOpenOnly = want.state !== undefined && want.state !== 'resolved';
    if (isOpenOnly) return open.toSorted(newestFirst).slice(0, limit);
    const stored = await selectFiles(query, { ...want, limit });
    // Memory is newer: where it has a file, its word counts, on whether it belongs here too.
    const known = stored.filter(({ alert }) => book.findFile(alert.id) === undefined);
    return [...open, ...known].toSorted(newestFirst).slice(0, limit);
  };

  return {
    ...createCounts(book),
    ...createTrailViews({ ...options, findFile, detailOf }),
    ...createFired(book, query),
    async listAlerts(want) {
      const limit = Math.min(want.limit ?? LIST_LIMIT, LIST_LIMIT_MAX);
      const files = await listFiles(want, limit + 1);
      const shown = files.slice(0, limit);
      return {
        now: clock.now(),
        alerts: await summarizeAll(shown),
        nextCursor: files.length > limit ? (shown.at(-1)?.alert.id ?? null) : null,
        counts: createCounts(book).countActive(),
      };
    },
    async getSummary(alertId) {
      const [summary] = await summarizeAll([await findFile(alertId)]);
      return summary;
    },
    countRuleFirings: async (rules) =>
      orWhenAway(async () => countRuleFirings(query, rules), new Map()),
    getAlert: async (alertId) => detailOf(await findFile(alertId)),
    async listNeedsSomeone() {
      const files = [...book.files()].filter(({ alert }) => needsSomeone(alert));
      return summarizeAll(files.toSorted(mostUrgentFirst).slice(0, LIST_LIMIT));
    },
    listRecent: async (limit) =>
      orWhenAway(async () => selectRecent(query, Math.min(limit, LIST_LIMIT_MAX)), []),
    findFirstExternal: async () => orWhenAway(async () => selectFirstExternal(query), undefined),
    countPages24h: async () => {
      const none = { delivered: 0, failed: 0 };
      return orWhenAway(async () => countPages(query, clock.now() - DAY_MS), none);
    },
  };
}

function describeFile(
  file: AlertFile,
  known: Pick<AlertDetail, 'alert' | 'rule'> & { readonly history: readonly HistoryEntry[] },
): AlertDetail {
  return {
    ...known,
    annotations: { ...file.alert.annotations },
    history: known.history.map(viewEntry),
    pages: file.pages.slice(-PAGES_SHOWN_MAX).map(viewPage),
  };
}

/** What silences hold for. */
function createFired(
  book: AlertBook,
  query: Kysely<Tables>,
): Pick<AlertViews, 'listFiring' | 'listFired' | 'listRuleFirings'> {
  return {
    async listRuleFirings(sinceMs) {
      const firings = await selectRuleFirings(query, sinceMs);
      return { firings, sinceMs: firings.length < FIRINGS_MAX ? sinceMs : firings[0].firedAtMs };
    },
    listFiring: () =>
      [...book.files()].flatMap(({ alert }) =>
        alert.state === 'firing' && heedsSilences(alert.origin) ? [toFired(alert)] : [],
      ),
    async listFired(sinceMs) {
      const alerts = await selectFired(query, sinceMs);
      return { alerts, isCut: alerts.length >= FIRED_MAX };
    },
  };
}

function toFired(alert: Alert): FiredAlert {
  const { id, name, output, service, labels, firedAtMs, activeAtMs, resolvedAtMs } = alert;
  const summary = summaryOf(alert);
  return {
    id,
    name,
    summary,
    output,
    service,
    labels,
    firedAtMs: firedAtMs ?? activeAtMs,
    resolvedAtMs,
  };
}

/** What is counted in memory alone. */
function createCounts(book: AlertBook): Pick<AlertViews, 'countActive' | 'countByService'> {
  return {
    countActive() {
      const counts = { page: 0, ticket: 0, log: 0, pending: 0 };
      for (const { alert } of book.files()) {
        if (alert.state === 'firing') counts[alert.output]++;
        else if (alert.state === 'pending') counts.pending++;
      }
      return counts;
    },
    countByService() {
      const counts = new Map<string, Record<Output, number>>();
      for (const { alert } of book.files()) {
        if (alert.state !== 'firing' || alert.service === undefined) continue;
        const count = counts.get(alert.service) ?? { page: 0, ticket: 0, log: 0 };
        count[alert.output]++;
        counts.set(alert.service, count);
      }
      return counts;
    },
  };
}

function needsSomeone(alert: Alert): boolean {
  return alert.state === 'firing' && alert.output !== 'log';
}

/** Answers something else while the database is away: less is better than nothing at 3 am. */
async function orWhenAway<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isAway =
      error instanceof AppError && (error.kind === 'unavailable' || error.kind === 'timeout');
    if (!isAway) throw error;
    return otherwise;
  }
}

function isWanted(alert: Alert, query: AlertQuery): boolean {
  const { state, output, service, tag, cursor } = query;
  if (
    state === 'active' ? alert.state === 'resolved' : state !== undefined && state !== alert.state
  )
    return false;
  // What never fired is of no interest once it is over.
  if (alert.state === 'resolved' && alert.firedAtMs === undefined) return false;
  if (output !== undefined && output !== alert.output) return false;
  if (service !== undefined && service !== alert.service) return false;
  if (tag !== undefined && !hasTag(alert.tags, tag)) return false;
  return cursor === undefined || alert.id < cursor;
}

/** Ids begin with the time of making. */
function newestFirst(a: AlertFile, b: AlertFile): number {
  return a.alert.id < b.alert.id ? 1 : -1;
}

function mostUrgentFirst(a: AlertFile, b: AlertFile): number {
  const rank = ({ alert }: AlertFile): number =>
    (alert.output === 'page' ? 0 : 2) + (alert.acknowledgedAtMs === undefined ? 0 : 1);
  return rank(a) - rank(b) || newestFirst(a, b);
}

function unsavedEntries(
  book: AlertBook,
  alertId: string,
  stored: readonly HistoryEntry[],
): readonly HistoryEntry[] {
  const change = book.unsaved().find(({ file }) => file.alert.id === alertId);
  const last = stored.at(-1)?.sequence ?? -1;
  return (change?.entries ?? []).filter((entry) => entry.sequence > last);
}
