/** What the engine knows, and what it asks of its caller. */
import type { Random } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type { Inhibitor } from './inhibition.ts';
import type { Alert, LogEntry, Notification, Silence, SuppressedBy } from './model.ts';
import type { Plan, PlannedRoute } from './plan.ts';
import type { Timers } from './timers.ts';

export interface DispatchState {
  plan: Plan;
  inhibitor: Inhibitor;
  readonly random: Random;
  /** All alerts by fingerprint, those that are over too, until they are collected. */
  readonly alerts: Map<string, Alert>;
  /** Fingerprints of alerts that are over and that no group waits to tell of. */
  readonly settled: Set<string>;
  readonly silences: Map<string, Silence>;
  /** By `logKeyText`. */
  readonly log: Map<string, LogEntry>;
  readonly groups: Map<string, Group>;
  /** The turns to come; each group without a flight is in it once, at its next turn or before. */
  readonly turns: Timers<Group>;
  /** Turns that wait for peers to be first. */
  readonly held: Timers<HeldTurn>;
  /**
   * Alerts from before the start that go on only because nobody has told of them since: as they are
   * on disk, by what they were made.
   */
  readonly restored: Map<Alert, Alert>;
  readonly sendings: Map<number, Sending>;
  /** The attempts to come; one that is no longer in `sendings`, or does not wait, counts for nothing. */
  readonly retries: Timers<Sending>;
  nextSendId: number;
}

/** Alerts that are notified together. */
export interface Group {
  /** Of its route and its labels. */
  readonly id: string;
  /** As Alertmanager writes it. */
  readonly key: string;
  readonly route: PlannedRoute;
  readonly labels: Labels;
  /** By fingerprint. Invariant: not empty. */
  readonly alerts: Map<string, Alert>;
  /** Its next turn; it waits for the flight under way. */
  dueAtMs: number;
  /** Whether its last turn was left to a peer; the next one is its own. */
  hasYielded: boolean;
  /** The time intervals that muted its last turn. */
  mutedBy: readonly string[];
  flight: Flight | undefined;
}

/** One turn of a group, until every integration has been told or given up. */
export interface Flight {
  readonly groupId: string;
  readonly deadlineMs: number;
  /** What was over at the turn: it leaves the group if all goes well. */
  readonly over: readonly Alert[];
  /** Notifications that are not yet delivered and stored. */
  openCount: number;
  hasFailed: boolean;
}

/** A turn as it was when it fell due, until the peers before us had their time to tell of it. */
export interface HeldTurn {
  readonly flight: Flight;
  /** The alerts of the group, in the order in which they are shown. */
  readonly alerts: readonly Alert[];
  /** When it fell due: what is resolved is resolved by then. */
  readonly turnMs: number;
  /** The instant that it counts for. */
  readonly atMs: number;
  readonly untilMs: number;
  /** What the log said then, by `logKeyText`. */
  readonly log: ReadonlyMap<string, LogEntry>;
  /** Whether it may be left to the peer that has told of the group since. */
  readonly mayYield: boolean;
}

/** A notification on its way. */
export interface Sending {
  readonly id: number;
  readonly notification: Notification;
  readonly flight: Flight;
  /** What the log said when it was decided; another entry is a peer's. */
  readonly known: LogEntry | undefined;
  /** Attempts begun. */
  attemptCount: number;
  state: 'under way' | 'waiting' | 'recording';
  attemptedAtMs: number;
}

/** What the caller is to do. */
export type Decision =
  /** Make one attempt, and report by `outcome`. */
  | { readonly kind: 'send'; readonly sendId: number; readonly notification: Notification }
  /** Store an entry of the log, and report by `recorded`. */
  | { readonly kind: 'record'; readonly sendId: number; readonly entry: LogEntry }
  /** Forget stored alerts: everybody has been told that they are over. */
  | { readonly kind: 'settled'; readonly fingerprints: readonly string[] }
  /** Count alerts that were left out of a turn. */
  | { readonly kind: 'suppressed'; readonly by: SuppressedBy; readonly count: number }
  /** Say that a notification is not delivered; the group's next turn decides anew. */
  | {
      readonly kind: 'given up';
      readonly notification: Notification;
      readonly reason: string;
      readonly attemptCount: number;
    };

/** What became of an attempt; the reason continues "not delivered: …". */
export type SendOutcome =
  | { readonly state: 'delivered' }
  | {
      readonly state: 'retry';
      readonly reason: string;
      /** How long the receiver asked to be left alone. */
      readonly retryAfterMs: number | undefined;
    }
  | { readonly state: 'failed'; readonly reason: string };
