/** Conventions (how programs name their metrics), and what is planned from them for one service. */
import type { SignalKind, SignalUnit } from '@nines/contract';
import type { Expr } from '../promql/index.ts';

/**
 * What a convention tells about. Of each slot a service has one convention for each kind of
 * signal: the first of the table that its metrics fit.
 */
export type Slot =
  /** Requests that the program answers over HTTP. */
  | 'http'
  /** Requests that it answers over gRPC and its like. */
  | 'rpc'
  /** Requests that it makes. */
  | 'calls'
  /** What it, or its machine, can run out of. */
  | 'resources';

/** One line of a graph, as PromQL over bare names: the service's matchers are put in later. */
export interface LineRecipe {
  readonly name: string;
  /** Windows are written `[1m]`; the plan makes them as wide as the scrape interval asks for. */
  readonly expression: string;
}

/** A graph that is drawn where the metrics of at least one of its lines are there. */
export interface SignalRecipe {
  readonly kind: SignalKind;
  readonly title: string;
  readonly unit: SignalUnit;
  /** The lines are shares of a maximum, so the board may compare them: the fullest counts. */
  readonly isFullness?: boolean;
  readonly lines: readonly LineRecipe[];
}

/** A histogram or summary of how long requests took, without `_bucket`, `_count`, `_sum`. */
export interface DurationMetric {
  readonly metric: string;
  readonly unit: 'seconds' | 'milliseconds';
}

/** How a label of a count of requests tells that the server was at fault. */
export interface FailureRule {
  readonly label: string;
  /** The rule is meant where a value of the label fits this. */
  readonly known: RegExp;
  /** PromQL's regular expression of the values that are failures. */
  readonly failed: string;
  /** What the line is called: `5xx`. */
  readonly name: string;
}

/** Requests with a duration, a count and an outcome; the first metric that is there counts. */
export interface RequestFamily {
  /** `HTTP requests served`. */
  readonly title: string;
  readonly durations: readonly DurationMetric[];
  /** Counters of requests, whole names; the counts of the durations are tried after them. */
  readonly counters: readonly string[];
  readonly failures: readonly FailureRule[];
  /** Matchers for all of them, as PromQL: `span_kind="server"`. */
  readonly where?: string;
  /** Labels that name whom it asks, the most telling first; of what it serves there are none. */
  readonly peers?: readonly string[];
  /** The names are endings: `http_requests_total` also stands for `shop_http_requests_total`. */
  readonly isSuffix?: boolean;
}

/** How one library or program names its metrics. */
export interface Convention {
  /** As people call it: `OpenTelemetry HTTP server`. */
  readonly name: string;
  /** Where the names are from. */
  readonly source: string;
  readonly slot: Slot;
  /** A metric without which it does not fit: other metrics of its table are not its alone. */
  readonly sign?: string;
  readonly requests?: readonly RequestFamily[];
  readonly signals?: readonly SignalRecipe[];
  /** What would make a kind found where this convention fits but does not tell it. */
  readonly advice?: Partial<Readonly<Record<SignalKind, string>>>;
}

/** What is known of a service's metrics, from the index alone. */
export interface MetricsSeen {
  /** Sorted. */
  readonly names: readonly string[];
  has(name: string): boolean;
  labelNames(metric: string): readonly string[];
  labelValues(metric: string, label: string): readonly string[];
}

export interface PlannedLine {
  readonly name: string;
  /** PromQL for the service, which answers one series. */
  readonly expression: string;
  readonly expr: Expr;
}

export interface PlannedSignal {
  readonly kind: SignalKind;
  readonly title: string;
  readonly convention: string;
  readonly unit: SignalUnit;
  readonly isFullness: boolean;
  readonly lines: readonly PlannedLine[];
}

export interface Advice {
  readonly kind: SignalKind;
  readonly advice: string;
}

/** The signals of one service, in order of kind, and what was not found. */
export interface SignalPlan {
  readonly signals: readonly PlannedSignal[];
  readonly missing: readonly Advice[];
}

/** The order of everything that lists kinds. */
export const KINDS: readonly SignalKind[] = ['latency', 'traffic', 'errors', 'saturation'];
