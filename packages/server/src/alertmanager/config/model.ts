/**
 * What an alertmanager.yml says, once it is read: inheritance is resolved, defaults are filled in,
 * every name that is used exists. Plain data, but for the matchers, which are compiled.
 */
import type { HttpClientConfig, Place } from '../../platform/index.ts';
import type { Matcher } from '../../series/index.ts';
import type { Integration } from './integrations.ts';
import type { TimeInterval } from './time-interval.ts';

export interface AlertmanagerConfig {
  readonly global: {
    /** How long an alert without an end is taken for firing after it was last heard of. */
    readonly resolveTimeoutMs: number;
    readonly http: HttpClientConfig;
  };
  readonly route: Route;
  /** In the order of the file; names are unique. */
  readonly receivers: readonly Receiver[];
  readonly inhibitRules: readonly InhibitRule[];
  /** By name, those of the older `mute_time_intervals` among them. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** Paths with wildcards, absolute or beside the configuration. */
  readonly templates: readonly string[];
}

/** A node of the routing tree, with all that it inherits. */
export interface Route {
  /** Unique in the tree, as Alertmanager makes it: `{}/{team="db"}/0`. */
  readonly id: string;
  /** The matchers on the way from the root, `{}/{team="db"}`: the beginning of a group's key. */
  readonly key: string;
  readonly receiver: string;
  /** The labels that make a group, sorted; without meaning where `groupByAll`. */
  readonly groupBy: readonly string[];
  /** Whether all labels make a group: `group_by: ['...']`. */
  readonly groupByAll: boolean;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** In Alertmanager's order; of `match`, `match_re` and `matchers` together. */
  readonly matchers: readonly Matcher[];
  /** Whether the routes after this one are asked although it matched. */
  readonly continue: boolean;
  /** Names of intervals in which nothing is sent; not inherited. */
  readonly muteTimeIntervals: readonly string[];
  /** Names of intervals outside of which nothing is sent; not inherited. */
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly Route[];
  /** Where it stands in the file. */
  readonly place: Place;
}

export interface Receiver {
  readonly name: string;
  /** `name` is always among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** In the order in which Alertmanager builds them: kind by kind. */
  readonly integrations: readonly Integration[];
}

/** Alerts that the target matchers meet are muted while one that the source matchers meet fires. */
export interface InhibitRule {
  /** '' where it has none. */
  readonly name: string;
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** Labels whose values both alerts must have alike; a label that both lack is alike. */
  readonly equal: readonly string[];
}
