/** How alerts, pages and history look in the database. */
import { toFlag } from '../database/index.ts';
import { assert } from '../platform/index.ts';
import { createLabels, labelsRecord } from '../series/index.ts';
import type {
  Alert,
  AlertOrigin,
  AlertState,
  FiredAlert,
  HistoryEntry,
  HistoryKind,
  Output,
  Page,
  PageState,
  Silencing,
} from './model.ts';

export interface AlertRow {
  readonly id: string;
  readonly rule_key: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: string;
  readonly annotations: string;
  readonly output: string;
  readonly service: string | null;
  readonly state: string;
  readonly value: number | null;
  readonly active_at: number;
  readonly fired_at: number | null;
  readonly resolved_at: number | null;
  readonly resolved_by: string | null;
  readonly acknowledged_at: number | null;
  readonly acknowledged_by: string | null;
  readonly is_rule_active: number;
  readonly keep_firing_since: number | null;
  readonly recheck_at: number | null;
  readonly policy: string;
  readonly steps_begun: number;
  readonly next_step_at: number | null;
  readonly history_count: number;
  readonly origin: string;
  readonly sender: string | null;
  readonly tags: string;
  readonly expires_after: number | null;
  readonly silence: string | null;
}

export interface PageRow {
  readonly id: string;
  readonly alert_id: string;
  readonly kind: string;
  readonly channel: string;
  readonly step: number;
  readonly state: string;
  readonly due_at: number;
  readonly attempt_count: number;
  readonly next_attempt_at: number;
  readonly is_repeat: number;
  readonly delivered_at: number | null;
  readonly last_error: string | null;
}

export interface HistoryRow {
  readonly alert_id: string;
  readonly sequence: number;
  readonly at: number;
  readonly kind: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly page_id: string | null;
}

export type Tables = {
  alerts: AlertRow;
  pages: PageRow;
  alert_history: HistoryRow;
};

export function toAlertRow(alert: Alert): AlertRow {
  return {
    id: alert.id,
    rule_key: alert.ruleKey,
    fingerprint: alert.fingerprint,
    name: alert.name,
    labels: JSON.stringify(labelsRecord(alert.labels)),
    annotations: JSON.stringify(alert.annotations),
    output: alert.output,
    service: alert.service ?? null,
    state: alert.state,
    value: alert.value,
    active_at: alert.activeAtMs,
    fired_at: alert.firedAtMs ?? null,
    resolved_at: alert.resolvedAtMs ?? null,
    resolved_by: alert.resolvedBy ?? null,
    acknowledged_at: alert.acknowledgedAtMs ?? null,
    acknowledged_by: alert.acknowledgedBy ?? null,
    is_rule_active: toFlag(alert.isRuleActive),
    keep_firing_since: alert.keepFiringSinceMs ?? null,
    recheck_at: alert.recheckAtMs ?? null,
    policy: alert.policy,
    steps_begun: alert.stepsBegun,
    next_step_at: alert.nextStepAtMs ?? null,
    history_count: alert.historyCount,
    origin: alert.origin,
    sender: alert.sender ?? null,
    tags: JSON.stringify(alert.tags),
    expires_after: alert.expiresAfterMs ?? null,
    silence: alert.silence === undefined ? null : JSON.stringify(alert.silence),
  };
}

export function fromAlertRow(row: AlertRow): Alert {
  const { output, state, origin } = row;
  assert(isOutput(output), `alert ${row.id} is stored with output "${output}"`);
  assert(isAlertState(state), `alert ${row.id} is stored with state "${state}"`);
  assert(isOrigin(origin), `alert ${row.id} is stored with origin "${origin}"`);
  return {
    id: row.id,
    origin,
    sender: row.sender ?? undefined,
    ruleKey: row.rule_key,
    fingerprint: row.fingerprint,
    name: row.name,
    labels: createLabels(parseTexts(row.labels)),
    annotations: parseTexts(row.annotations),
    output,
    service: row.service ?? undefined,
    tags: parseTags(row.tags),
    state,
    value: row.value,
    activeAtMs: row.active_at,
    firedAtMs: row.fired_at ?? undefined,
    resolvedAtMs: row.resolved_at ?? undefined,
    resolvedBy: row.resolved_by ?? undefined,
    acknowledgedAtMs: row.acknowledged_at ?? undefined,
    acknowledgedBy: row.acknowledged_by ?? undefined,
    silence: row.silence === null ? undefined : parseSilencing(row.silence),
    isRuleActive: row.is_rule_active === 1,
    expiresAfterMs: row.expires_after ?? undefined,
    keepFiringSinceMs: row.keep_firing_since ?? undefined,
    recheckAtMs: row.recheck_at ?? undefined,
    policy: row.policy,
    stepsBegun: row.steps_begun,
    nextStepAtMs: row.next_step_at ?? undefined,
    historyCount: row.history_count,
  };
}

/** What of a row is enough to hold matchers against it. */
export type FiredRow = Pick<
  AlertRow,
  'id' | 'name' | 'annotations' | 'output' | 'service' | 'labels' | 'fired_at' | 'resolved_at'
>;

export function fromFiredRow(
  row: FiredRow,
): Omit<FiredAlert, 'summary'> & Pick<Alert, 'annotations'> {
  const { id, name, output } = row;
  assert(isOutput(output), `alert ${id} is stored with output "${output}"`);
  return {
    id,
    name,
    annotations: parseTexts(row.annotations),
    output,
    service: row.service ?? undefined,
    labels: createLabels(parseTexts(row.labels)),
    firedAtMs: row.fired_at ?? 0,
    resolvedAtMs: row.resolved_at ?? undefined,
  };
}

export function toPageRow(page: Page): PageRow {
  return {
    id: page.id,
    alert_id: page.alertId,
    kind: page.kind,
    channel: page.channel,
    step: page.step,
    state: page.state,
    due_at: page.dueAtMs,
    attempt_count: page.attemptCount,
    next_attempt_at: page.nextAttemptAtMs,
    is_repeat: toFlag(page.isRepeat),
    delivered_at: page.deliveredAtMs ?? null,
    last_error: page.lastError ?? null,
  };
}

export function fromPageRow(row: PageRow): Page {
  const { state } = row;
  assert(isPageState(state), `page ${row.id} is stored with state "${state}"`);
  return {
    id: row.id,
    alertId: row.alert_id,
    kind: row.kind === 'resolved' ? 'resolved' : 'page',
    channel: row.channel,
    step: row.step,
    state,
    dueAtMs: row.due_at,
    attemptCount: row.attempt_count,
    nextAttemptAtMs: row.next_attempt_at,
    isRepeat: row.is_repeat === 1,
    deliveredAtMs: row.delivered_at ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}

export function toHistoryRow(entry: HistoryEntry): HistoryRow {
  return {
    alert_id: entry.alertId,
    sequence: entry.sequence,
    at: entry.atMs,
    kind: entry.kind,
    reason: entry.reason,
    actor: entry.actor ?? null,
    page_id: entry.pageId ?? null,
  };
}

export function fromHistoryRow(row: HistoryRow): HistoryEntry {
  const { kind } = row;
  assert(isHistoryKind(kind), `alert ${row.alert_id} has a history entry of kind "${kind}"`);
  return {
    alertId: row.alert_id,
    sequence: row.sequence,
    atMs: row.at,
    kind,
    reason: row.reason,
    actor: row.actor ?? undefined,
    pageId: row.page_id ?? undefined,
  };
}

function isOutput(text: string): text is Output {
  return text === 'page' || text === 'ticket' || text === 'log';
}

function isAlertState(text: string): text is AlertState {
  return text === 'pending' || text === 'firing' || text === 'resolved';
}

const ORIGINS: ReadonlySet<string> = new Set<AlertOrigin>([
  'rule',
  'self',
  'external',
  'test',
  'sample',
]);

function isOrigin(text: string): text is AlertOrigin {
  return ORIGINS.has(text);
}

const PAGE_STATES: ReadonlySet<string> = new Set<PageState>([
  'queued',
  'sending',
  'delivered',
  'failed',
  'cancelled',
]);

function isPageState(text: string): text is PageState {
  return PAGE_STATES.has(text);
}

/** A record, so that a kind that is forgotten here is a type error and not an unreadable row. */
const HISTORY_KINDS: Readonly<Record<HistoryKind, true>> = {
  'alert.requested': true,
  'alert.stored': true,
  'alert.pending': true,
  'alert.fired': true,
  'alert.acknowledged': true,
  'alert.resolved': true,
  'alert.dropped': true,
  'alert.ended': true,
  'alert.reopened': true,
  'alert.tagged': true,
  'alert.probation': true,
  'alert.silenced': true,
  'alert.unsilenced': true,
  'page.sent': true,
  'page.handed': true,
  'page.shown': true,
  'page.delivered': true,
  'page.retried': true,
  'page.repeated': true,
  'page.failed': true,
  'page.not_sent': true,
  'page.escalated': true,
};

function isHistoryKind(text: string): text is HistoryKind {
  return Object.hasOwn(HISTORY_KINDS, text);
}

function parseTags(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  assert(Array.isArray(value), `want a JSON array of tags, got ${json}`);
  return value.map(String);
}

function parseSilencing(json: string): Silencing {
  const { untilMs, ...texts } = parseTexts(json);
  return { id: texts.id, untilMs: Number(untilMs), by: texts.by, comment: texts.comment };
}

/** Reads a JSON object of texts that this module wrote. */
function parseTexts(json: string): Readonly<Record<string, string>> {
  const value: unknown = JSON.parse(json);
  assert(typeof value === 'object' && value !== null, `want a JSON object of texts, got ${json}`);
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
