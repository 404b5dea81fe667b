/**
 * Alerts that somebody else's rules found: a Prometheus that was told of us as its Alertmanager, or
 * an Alertmanager that notifies us. Their labels say which alert it is; whoever sends it again says
 * that it still holds, which costs no write (docs/adr/0039).
 */
import { type Clock, limitExceeded } from '../platform/index.ts';
import { fingerprintOf, labelValue } from '../series/index.ts';
import { type AlertBook, distinctInstances } from './book.ts';
import type { Decide } from './decide.ts';
import type { Expiry } from './expiry.ts';
import type { ExternalAlert } from './external-body.ts';
import { isSameTexts, type Transition } from './lifecycle.ts';
import { CHANGES_PER_WRITE_MAX, EXTERNAL_OPEN_MAX, HOLDS_MS_MAX, WAITING_MAX } from './limits.ts';
import type { AlertsMetrics } from './metrics.ts';
import type { Change, Source } from './model.ts';
import { outputOf } from './output.ts';
import { clockTime } from './sentences.ts';
import type { Serial } from './serial.ts';

/** Alerts of one request. */
export interface ExternalReport {
  /** Who sent it: `Prometheus at 10.0.0.7`. */
  readonly sender: string;
  readonly alerts: readonly ExternalAlert[];
  /** How long an alert holds that names no end. */
  readonly holdsMs: number;
}

/**
 * Takes a report over. When it resolves, all that is new in it is on disk; when it rejects, any of
 * it may be, and sending it again does no harm. Throws `ALERTS_BUSY`, `ALERTS_TOO_MANY_OPEN`.
 */
export type TakeReport = (report: ExternalReport) => Promise<void>;

interface Step {
  readonly transition: Transition;
  readonly holdsMs: number;
}

export interface ExternalOptions {
  readonly book: AlertBook;
  readonly serial: Serial;
  readonly decide: Decide;
  readonly expiry: Expiry;
  readonly clock: Clock;
  readonly metrics: AlertsMetrics;
  /** Told when pages may wait. */
  readonly sendNow: () => void;
}

/** Builds it on the book. */
export function createExternalAlerts(options: ExternalOptions): TakeReport {
  const { serial, clock, sendNow } = options;
  const takeTurn = createTurn(options);
  return async ({ sender, alerts, holdsMs }) => {
    if (serial.waitingCount() >= WAITING_MAX) {
      throw limitExceeded('ALERTS_BUSY', `${WAITING_MAX} changes of alerts wait; send it again`);
    }
    const nowMs = clock.now();
    let refusedCount = 0;
    // In turns: pages of other alerts must not wait for two thousand of these.
    for (let at = 0; at < alerts.length; at += CHANGES_PER_WRITE_MAX) {
      const steps = alerts
        .slice(at, at + CHANGES_PER_WRITE_MAX)
        .map((alert) => createStep(alert, { sender, holdsMs, nowMs }));
      refusedCount += await serial.run(async () => takeTurn(steps, sender));
      sendNow();
    }
    if (refusedCount > 0) throw tooManyOpen(refusedCount);
  };
}

/** Takes a few steps in one transaction; answers how many new alerts there was no room for. */
type TakeTurn = (steps: readonly Step[], sender: string) => Promise<number>;

function createTurn({ book, decide, expiry, metrics }: ExternalOptions): TakeTurn {
  /** Nothing where the alert is known and says nothing new: that is most of what comes. */
  const findChange = ({ transition, holdsMs }: Step, sender: string): Change | undefined => {
    const known = book.findInstance(transition.alert)?.alert;
    if (transition.kind === 'resolved') {
      return known === undefined ? undefined : decide(transition, sourceOf(transition, sender));
    }
    if (known !== undefined) {
      metrics.countReceived('repeated');
      expiry.said(known.id, holdsMs);
      if (isSameTexts(known.annotations, transition.alert.annotations)) return undefined;
    }
    const source = { ...sourceOf(transition, sender), expiresAfterMs: holdsMs };
    return decide(transition, source);
  };

  const countOpen = (): number => {
    let count = 0;
    for (const { alert } of book.files()) if (alert.origin === 'external') count++;
    return count;
  };

  const commit = async (changes: readonly Change[]): Promise<void> => {
    const known = new Set(changes.filter(({ file }) => book.findFile(file.alert.id) !== undefined));
    await book.commit(changes);
    for (const change of changes) {
      const { id, isRuleActive, expiresAfterMs = 0 } = change.file.alert;
      if (!isRuleActive) metrics.countReceived('resolved');
      if (known.has(change)) continue;
      metrics.countReceived('firing');
      expiry.said(id, expiresAfterMs);
    }
  };

  return async (steps, sender) => {
    await book.settleDoubts();
    let roomCount = EXTERNAL_OPEN_MAX - countOpen();
    let refusedCount = 0;
    for (const batch of distinctInstances(steps, ({ transition }) => transition.alert)) {
      const changes: Change[] = [];
      for (const step of batch) {
        const change = findChange(step, sender);
        if (change === undefined) continue;
        const isNew = book.findFile(change.file.alert.id) === undefined;
        if (isNew && roomCount <= 0) {
          refusedCount++;
          continue;
        }
        if (isNew) roomCount--;
        changes.push(change);
      }
      await commit(changes);
    }
    return refusedCount;
  };
}

function tooManyOpen(refusedCount: number): Error {
  const message =
    `${refusedCount} alerts were not taken: ${EXTERNAL_OPEN_MAX} from outside are open, ` +
    'more than anybody reads; group them where they come from';
  return limitExceeded('ALERTS_TOO_MANY_OPEN', message);
}

function sourceOf({ alert }: Transition, sender: string): Source {
  return { origin: 'external', output: outputOf(alert.labels), sender };
}

function createStep(
  { labels, annotations, startsAtMs, endsAtMs }: ExternalAlert,
  from: { readonly sender: string; readonly holdsMs: number; readonly nowMs: number },
): Step {
  const { sender, nowMs } = from;
  const isOver = endsAtMs !== undefined && endsAtMs <= nowMs;
  const sinceMs = Math.min(startsAtMs ?? nowMs, nowMs);
  const reason = isOver
    ? `${sender} says that it is over`
    : `${sender} says that it fires, since ${clockTime(sinceMs)}`;
  const transition: Transition = {
    kind: isOver ? 'resolved' : 'firing',
    atMs: nowMs,
    reason,
    alert: {
      ruleKey: `external/${labelValue(labels, 'alertname') || 'unnamed'}`,
      fingerprint: fingerprintOf(labels),
      state: isOver ? 'inactive' : 'firing',
      labels,
      annotations,
      value: Number.NaN,
      activeAtMs: sinceMs,
      firedAtMs: sinceMs,
      keepFiringSinceMs: undefined,
    },
  };
  return { transition, holdsMs: boundHold(endsAtMs, from) };
}

/**
 * Prometheus names an end that is four of its intervals away, and repeats each interval. Rounded up,
 * since its own reckoning began a moment before ours.
 */
function boundHold(
  endsAtMs: number | undefined,
  { holdsMs, nowMs }: { readonly holdsMs: number; readonly nowMs: number },
): number {
  if (endsAtMs === undefined || endsAtMs <= nowMs) return holdsMs;
  const minutes = Math.ceil((endsAtMs - nowMs) / 60_000);
  return Math.min(minutes * 60_000, HOLDS_MS_MAX);
}
