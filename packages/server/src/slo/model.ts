/** Objectives as their files declare them. */
import type { Place } from '../platform/index.ts';
import type { Matcher } from '../series/index.ts';
import type { TimeWindow } from './time-window.ts';

/** Counters that are added to a count, or taken from it. */
export interface CounterTerm {
  readonly sign: 1 | -1;
  readonly matchers: readonly Matcher[];
}

/** An expression over counters, whose increments can be counted one by one. */
export interface CountedQuery {
  /** As the file has it. */
  readonly text: string;
  readonly terms: readonly CounterTerm[];
}

/** What is counted: exactly one of `good` and `bad` is there. */
export interface Indicator {
  readonly good: CountedQuery | undefined;
  readonly bad: CountedQuery | undefined;
  readonly total: CountedQuery;
}

/** One alert on the speed at which the budget burns: both windows must be too fast. */
export interface BurnRateAlert {
  readonly output: 'page' | 'ticket';
  /** The share of the whole budget that, spent within the long window, is worth an alert. */
  readonly budgetRatio: number;
  readonly longMs: number;
  readonly shortMs: number;
}

export interface Slo {
  /** Unique among all files. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string | undefined;
  /** A name in the catalog, or one that is not there yet. */
  readonly service: string;
  /** Between 0 and 1, both excluded. */
  readonly objective: number;
  readonly window: TimeWindow;
  readonly indicator: Indicator;
  readonly alerts: readonly BurnRateAlert[];
  /** Changes with what is counted, and with nothing else: counts of another one are not ours. */
  readonly definition: string;
  readonly place: Place;
}

/** Good and all events. */
export interface Counts {
  readonly good: number;
  readonly total: number;
}
