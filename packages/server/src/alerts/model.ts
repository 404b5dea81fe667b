/**
 * The words of alerts.
 *
 * An alert is one firing (or nearly firing) instance of a rule. A page is one message of an alert
 * to one channel. The two together with nothing else decide what happens next, so they travel
 * together as an AlertFile, as a paper file would.
 */
import type { Labels } from '../series/index.ts';

/** `pending`: the condition holds, but not yet for long enough. */
export type AlertState = 'pending' | 'firing' | 'resolved';

/** What an alert does to a person: wake them, give them work, or only be written down. */
export type Output = 'page' | 'ticket' | 'log';

/**
 * Where an alert comes from: a rule; Nines about itself; somebody else's Prometheus or
 * Alertmanager; a test page that somebody asked for; the sample week, which never happened.
 */
export type AlertOrigin = 'rule' | 'self' | 'external' | 'test' | 'sample';

/** What the source of a new alert says besides its transition. */
export interface Source {
  readonly origin: AlertOrigin;
  readonly output: Output;
  readonly sender?: string;
  readonly expiresAfterMs?: number;
  /** The person who asked for it. */
  readonly requestedBy?: string;
  /** An escalation policy of its own, instead of its service's. */
  readonly policy?: string;
}

/** A silence as an alert knows it that is kept quiet by it. */
export interface Silencing {
  readonly id: string;
  /** When it ends, as far as is known. */
  readonly untilMs: number;
  /** Who made it. */
  readonly by: string;
  /** The beginning of what was said of it. */
  readonly comment: string;
}

export interface Alert {
  readonly id: string;
  readonly origin: AlertOrigin;
  /** Who sent it, where somebody did: `Prometheus at 10.0.0.7`. */
  readonly sender: string | undefined;
  /**
   * Which rule it comes from, as the rule engine names it; `internal/NAME` for our own,
   * `external/NAME`, `test/ID` and `sample/NAME` for the others.
   */
  readonly ruleKey: string;
  /** The same each time this rule fires with these labels. */
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly output: Output;
  readonly service: string | undefined;
  /** Free words that people put on it, each once, in the order in which they were given. */
  readonly tags: readonly string[];
  readonly state: AlertState;
  /** Null for NaN and infinities. */
  readonly value: number | null;
  /** Since when the condition has held. */
  readonly activeAtMs: number;
  /** Undefined while pending, and for ever where it never fired. */
  readonly firedAtMs: number | undefined;
  /** Invariant: defined exactly when `state` is `resolved`. */
  readonly resolvedAtMs: number | undefined;
  /** The person who resolved it; undefined: its condition ended. */
  readonly resolvedBy: string | undefined;
  readonly acknowledgedAtMs: number | undefined;
  readonly acknowledgedBy: string | undefined;
  /** What keeps it quiet. Defined only while it fires and nobody has it. */
  readonly silence: Silencing | undefined;
  /** Whether the rule says that the condition holds, whatever a person has said. */
  readonly isRuleActive: boolean;
  /** How long it holds without being said again; undefined: until its end is said. */
  readonly expiresAfterMs: number | undefined;
  /** Since when the condition has been gone, of an alert that its rule keeps firing for a while. */
  readonly keepFiringSinceMs: number | undefined;
  /** When a person's word is checked against the rule. Defined only after a person resolved it. */
  readonly recheckAtMs: number | undefined;
  /** The name of the escalation policy. */
  readonly policy: string;
  /** Steps begun since it fired or was reopened, repeats of the policy included. */
  readonly stepsBegun: number;
  /** When the next step is due. Undefined: no further step will come. */
  readonly nextStepAtMs: number | undefined;
  /** How many entries its history has; numbers the next one. */
  readonly historyCount: number;
}

export type PageState = 'queued' | 'sending' | 'delivered' | 'failed' | 'cancelled';

export interface Page {
  /** Also the idempotency key of every attempt. */
  readonly id: string;
  readonly alertId: string;
  readonly kind: 'page' | 'resolved';
  readonly channel: string;
  /** The step of the escalation, from 1. */
  readonly step: number;
  readonly state: PageState;
  readonly dueAtMs: number;
  readonly attemptCount: number;
  /** When a queued page is tried next. */
  readonly nextAttemptAtMs: number;
  /** Whether an attempt may have arrived without an answer, so that the next one is a repeat. */
  readonly isRepeat: boolean;
  readonly deliveredAtMs: number | undefined;
  /** Why the last attempt did not succeed. */
  readonly lastError: string | undefined;
}

/** What may happen to an alert, past tense and dotted. */
export type HistoryKind =
  | 'alert.requested'
  | 'alert.stored'
  | 'alert.pending'
  | 'alert.fired'
  | 'alert.acknowledged'
  | 'alert.resolved'
  | 'alert.dropped'
  | 'alert.ended'
  | 'alert.reopened'
  | 'alert.tagged'
  | 'alert.probation'
  | 'alert.silenced'
  | 'alert.unsilenced'
  | 'page.sent'
  | 'page.handed'
  | 'page.shown'
  | 'page.delivered'
  | 'page.retried'
  | 'page.repeated'
  | 'page.failed'
  | 'page.not_sent'
  | 'page.escalated';

/** One thing that happened. Never changed, never removed before its alert is. */
export interface HistoryEntry {
  readonly alertId: string;
  /** From 0, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly kind: HistoryKind;
  /** A sentence for a person at three in the morning. */
  readonly reason: string;
  /** The person who did it; undefined: Nines itself. */
  readonly actor: string | undefined;
  readonly pageId: string | undefined;
}

/** An alert and all pages of it, oldest first. */
export interface AlertFile {
  readonly alert: Alert;
  readonly pages: readonly Page[];
}

/** What is asked of an alert that fired, by those who hold matchers against it. */
export interface FiredAlert
  extends Pick<Alert, 'id' | 'name' | 'output' | 'service' | 'labels' | 'resolvedAtMs'> {
  readonly summary: string;
  readonly firedAtMs: number;
}

/** When an alert of a rule fired, for those who judge rules. */
export interface RuleFiring extends Pick<Alert, 'ruleKey' | 'fingerprint' | 'resolvedAtMs'> {
  readonly firedAtMs: number;
  readonly isAcknowledged: boolean;
}

/** What a decision changes: all of it is written in one transaction, or none. */
export interface Change {
  readonly file: AlertFile;
  readonly changedPages: readonly Page[];
  readonly entries: readonly HistoryEntry[];
  /** Whether pages and entries that the file does not know are to be removed. */
  readonly isExact?: boolean;
}

/** Whether an alert still asks for somebody by pages. */
export function wantsPages(alert: Alert): boolean {
  return (
    alert.output === 'page' && alert.state === 'firing' && alert.acknowledgedAtMs === undefined
  );
}

/** Whether a page still has to go out, or is on its way. */
export function isOpenPage(page: Page): boolean {
  return page.state === 'queued' || page.state === 'sending';
}

/** Whether nothing more can happen to an alert by itself. */
export function isSettled({ alert, pages }: AlertFile): boolean {
  return alert.state === 'resolved' && !alert.isRuleActive && !pages.some(isOpenPage);
}
