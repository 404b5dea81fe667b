/** What the engine keeps: alerts, silences, and what was notified of which group. */
import type { Labels, Matcher } from '../series/index.ts';

/** An alert as its senders last told of it. */
export interface Alert {
  /** Its name everywhere: of the labels alone. */
  readonly fingerprint: string;
  /** Invariant: not empty. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  /** It is resolved from this instant on; in the future while it fires. */
  readonly endsAtMs: number;
  /** When it was last told of. */
  readonly updatedAtMs: number;
  /** Whether its end is ours (`resolve_timeout`), because its sender gave none. */
  readonly isTimeout: boolean;
  /** Where it comes from; '' where its sender does not say. */
  readonly generatorUrl: string;
}

/** Whether an alert is over at an instant. */
export function isResolvedAt(alert: Pick<Alert, 'endsAtMs'>, atMs: number): boolean {
  return alert.endsAtMs <= atMs;
}

/** Alerts that all of these match are not notified from start to end. */
export interface Silence {
  /** A UUID. */
  readonly id: string;
  /** Invariant: not empty, and at least one does not match the empty text. */
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  /** Exclusive. */
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type SilenceState = 'pending' | 'active' | 'expired';

/** The integration of a receiver that a log entry is about. */
export interface LogKey {
  /** As Alertmanager writes it: `{}/{team="a"}:{alertname="X"}`. */
  readonly groupKey: string;
  readonly receiver: string;
  /** `webhook`, and so on. */
  readonly integration: string;
  /** Its place among those of its kind in the receiver, from 0. */
  readonly index: number;
}

/** What an integration was last told of a group. */
export interface LogEntry extends LogKey {
  readonly notifiedAtMs: number;
  /** Fingerprints, sorted. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** After this it counts as never told. */
  readonly expiresAtMs: number;
}

/** Why an integration is told of a group now; in Alertmanager's words. */
export type NotifyReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

/** Why alerts are not notified, by Alertmanager's names in its metrics. */
export type SuppressedBy = 'inhibition' | 'silence' | 'active_time_interval' | 'mute_time_interval';

/** An alert as a notification shows it. */
export interface NotifiedAlert {
  readonly alert: Alert;
  readonly isResolved: boolean;
}

/** One notification to one integration, until it is delivered or given up. */
export interface Notification extends LogKey {
  /** The same for every attempt, after a restart too, so that a receiver can drop repeats. */
  readonly id: string;
  readonly reason: NotifyReason;
  readonly groupLabels: Labels;
  /** In the order in which they are shown. */
  readonly alerts: readonly NotifiedAlert[];
  /** What the log will say once it is delivered. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  /** No attempt begins after this; the group's next turn starts anew. */
  readonly deadlineMs: number;
  /** How long the log remembers it. */
  readonly remembersMs: number;
}
