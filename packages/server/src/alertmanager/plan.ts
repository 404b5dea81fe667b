/** What a configuration means to the engine: its routes, rules and receivers, ready to use. */
import type { Labels, Matcher } from '../series/index.ts';

/** A node of the routing tree, with what it inherits filled in. */
export interface PlannedRoute {
  /** Differs between any two nodes of one configuration. */
  readonly id: string;
  /** As Alertmanager writes it at the head of group keys: `{}/{team="a"}`. */
  readonly key: string;
  readonly receiver: string;
  /** The labels that make a group; `all`: each set of labels is one. */
  readonly groupBy: readonly string[] | 'all';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** While a source fires, targets that equal it in some labels are not notified. */
export interface PlannedInhibition {
  readonly sources: readonly Matcher[];
  readonly targets: readonly Matcher[];
  readonly equal: readonly string[];
}

/** One way to a receiver. */
export interface PlannedIntegration {
  /** `webhook`, and so on. */
  readonly integration: string;
  readonly index: number;
  readonly sendsResolved: boolean;
}

export interface PlannedReceiver {
  readonly name: string;
  /** What lists of receivers are filtered by. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Plan {
  /** The nodes that take an alert, in the order of the file. */
  routesOf(labels: Labels): readonly PlannedRoute[];
  readonly inhibitions: readonly PlannedInhibition[];
  /** Whether an instant lies within a named time interval. */
  isWithin(interval: string, atMs: number): boolean;
  /** Empty for a receiver without any. */
  integrationsOf(receiver: string): readonly PlannedIntegration[];
  /** In the order of the file. */
  readonly receivers: readonly PlannedReceiver[];
  /** Undefined for one that there is not. */
  receiverLabels(receiver: string): Readonly<Record<string, string>> | undefined;
  readonly resolveTimeoutMs: number;
}
