/** What the index knows of a service's metrics. */
import type { Queryable } from '../promql/index.ts';
import { createMatcher, type Matcher, METRIC_NAME } from '../series/index.ts';
import type { MetricsSeen } from './model.ts';

/** What is asked of the store of series: its index, never its samples. */
export type SeriesIndex = Pick<Queryable, 'labelNames' | 'labelValues' | 'series'>;

export interface SeenRange {
  readonly selectors: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Looks at a service's metrics within a range; labels are looked up when they are asked for. */
export function lookAtMetrics(index: SeriesIndex, range: SeenRange): MetricsSeen {
  const { selectors, fromMs, toMs } = range;
  const collect = (
    ask: (one: { matchers: readonly Matcher[]; fromMs: number; toMs: number }) => readonly string[],
    more: readonly Matcher[] = [],
  ): readonly string[] => {
    const all = selectors.flatMap((matchers) =>
      ask({ matchers: more.length === 0 ? matchers : [...matchers, ...more], fromMs, toMs }),
    );
    return [...new Set(all)].sort();
  };
  const names = collect((one) => index.labelValues(METRIC_NAME, one));
  const known = new Set(names);
  const named = (metric: string): readonly Matcher[] => [createMatcher(METRIC_NAME, '=', metric)];
  return {
    names,
    has: (name) => known.has(name),
    labelNames: (metric) => collect((one) => index.labelNames(one), named(metric)),
    labelValues: (metric, label) => collect((one) => index.labelValues(label, one), named(metric)),
  };
}
