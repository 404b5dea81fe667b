/**
 * What one evaluation carries along: its store, its clock, its bounds, its notes.
 *
 * A run lives for one query and is never shared, so an evaluator in a worker needs nothing else.
 */
import {
  type Clock,
  formatDuration,
  invalid,
  limitExceeded,
  timedOut,
  unavailable,
} from '../platform/index.ts';
import type { AggregateEvaluator, OpenAggregates } from './aggregates.ts';
import { type Annotations, createAnnotations } from './annotations.ts';
import type { AtModifier, DurationNode, Expr, VectorSelectorNode } from './ast.ts';
import { resolveDuration } from './durations.ts';
import type { QueryLimits } from './limits.ts';
import { WORK_PER_CHECK } from './limits.ts';
import type { Projection } from './projection.ts';
import type { Queryable } from './queryable.ts';
import { Trace } from './trace.ts';

/** The moment or range that the whole query asks for. */
export interface QueryWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
}

/** Settings of a run that do not change while it lasts. */
interface RunOptions {
  readonly queryable: Queryable;
  readonly clock: Clock;
  readonly limits: QueryLimits;
  readonly window: QueryWindow;
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  /** Asked now and then; a true answer ends the query. */
  readonly isCancelled: () => boolean;
  /** Told now and then what was read so far. */
  readonly onProgress?: ((progress: QueryProgress) => void) | undefined;
  readonly hasTrace?: boolean;
  /** Answers from aggregates, where the store keeps some. */
  readonly openAggregates?: OpenAggregates | undefined;
}

/** How far a query is. */
export interface QueryProgress {
  readonly seriesRead: number;
  readonly samplesRead: number;
}

/** An evaluation's error, in Prometheus' words. */
export function failQuery(message: string): never {
  throw invalid('QUERY_FAILED', message);
}

export class Run {
  readonly options: RunOptions;
  readonly annotations: Annotations = createAnnotations();
  /** Whether a node gives the same at every step; found out once per node. */
  readonly invariance = new Map<Expr, boolean>();
  /** Selectors of which only the counts and sums of histograms are looked at. */
  statisticsSelectors: ReadonlySet<VectorSelectorNode> = new Set();
  /** What is needed of selectors' series, where that is not everything. */
  projections: ReadonlyMap<VectorSelectorNode, Projection> = new Map();
  /** How many series a selector is expected to find, from the index; sizes its columns. */
  readonly expectedSeries = new Map<Expr, number>();
  /** Samples read from the store so far. */
  samplesRead = 0;
  seriesRead = 0;
  /** Samples in memory now, and at most so far. */
  samplesHeld = 0;
  samplesHeldMax = 0;
  readonly trace: Trace | undefined;
  /** Undefined where samples are all that there is. */
  readonly aggregates: AggregateEvaluator | undefined;
  private workLeft = WORK_PER_CHECK;
  private readonly deadlineMs: number;

  constructor(options: RunOptions) {
    this.options = options;
    this.trace =
      options.hasTrace === true ? new Trace(() => options.clock.monotonicMs()) : undefined;
    const tiers = options.openAggregates && (options.queryable.tiers?.() ?? []);
    this.aggregates = tiers && tiers.length > 0 ? options.openAggregates?.(tiers) : undefined;
    this.deadlineMs = options.clock.monotonicMs() + options.limits.timeoutMs;
  }

  /** Counts work done, about one unit a sample, and looks at the clock every so often. */
  work(units: number): void {
    this.workLeft -= units;
    if (this.workLeft > 0) return;
    this.workLeft = WORK_PER_CHECK;
    this.check();
  }

  /** Ends the query when its time is up or nobody wants its answer any more. */
  check(): void {
    this.options.onProgress?.(this);
    if (this.options.isCancelled()) {
      throw unavailable('QUERY_CANCELED', 'query was canceled in expression evaluation');
    }
    if (this.options.clock.monotonicMs() > this.deadlineMs) {
      const { timeoutMs } = this.options.limits;
      throw timedOut(
        'QUERY_TIMEOUT',
        `query timed out in expression evaluation: it may take ${formatDuration(timeoutMs)}, ` +
          `and had read ${this.samplesRead} samples of ${this.seriesRead} series by then`,
      );
    }
  }

  /** Counts samples that stay in memory; `release` gives them back. */
  hold(count: number): void {
    this.samplesHeld += count;
    this.samplesHeldMax = Math.max(this.samplesHeldMax, this.samplesHeld);
    const { heldSamplesMax } = this.options.limits;
    if (this.samplesHeld > heldSamplesMax) {
      throw limitExceeded(
        'QUERY_TOO_MANY_SAMPLES',
        'query processing would load too many samples into memory in query execution: ' +
          `more than ${heldSamplesMax} at once`,
      );
    }
  }

  release(count: number): void {
    this.samplesHeld -= count;
  }

  /** Counts series read from the store, each with so many samples. */
  read(samplesEach: number, seriesCount = 1): void {
    const sampleCount = samplesEach * seriesCount;
    this.seriesRead += seriesCount;
    this.samplesRead += sampleCount;
    if (this.samplesRead > this.options.limits.readSamplesMax) {
      const bound = this.options.limits.readSamplesMax;
      throw limitExceeded(
        'QUERY_TOO_MANY_SAMPLES',
        `query reads more than ${bound} samples; narrow its selectors or shorten its range`,
      );
    }
    this.work(sampleCount + 1);
  }

  /** A duration of the text in milliseconds; 0 where there is none. */
  durationMs(node: DurationNode | undefined, allowsNegative = false): number {
    if (node === undefined) return 0;
    return resolveDuration(node, this.options.window, allowsNegative);
  }

  /** The fixed time of an `@`; undefined where there is none. */
  atMs(at: AtModifier | undefined): number | undefined {
    switch (at?.kind) {
      case undefined:
        return undefined;
      case 'time':
        return at.ms;
      case 'start':
        return this.options.window.startMs;
      case 'end':
        return this.options.window.endMs;
    }
  }
}
