/** Metrics that are collected and that nothing reads (SRE book, chapter 6: they should go). */
import type { UnusedMetric, UnusedMetrics } from '@nines/contract';
import type { Clock } from '../platform/index.ts';
import type { Queryable } from '../promql/index.ts';
import { createMatcher, METRIC_NAME } from '../series/index.ts';
import type { Cardinality } from '../tsdb/index.ts';
import { METRICS_LOOKED_AT_MAX, UNUSED_METRICS_MAX } from './limits.ts';
import { addMetricsOfText, createNameTest, type NamedMetrics, noMetrics } from './metric-names.ts';
import type { QueryRecord } from './queried-metrics.ts';

/** Series that have ended by then are no cost any more. */
const ACTIVE_MS = 3_600_000;

export interface UnusedSources {
  readonly store: Pick<Queryable, 'labelValues'> & { cardinality(limit: number): Cardinality };
  readonly record: Pick<QueryRecord, 'read'>;
  readonly clock: Clock;
  /** Jobs that the configuration declares: what they send can be dropped there. */
  readonly jobs: () => ReadonlySet<string>;
  /** Names of series that Nines makes by itself: of scrapes, of rules. */
  readonly ownNames: () => ReadonlySet<string>;
  /** Expressions of rules, objectives, boards and golden signals. */
  readonly expressions: () => Iterable<string>;
}

/** The metrics, those with the most series first. */
export function findUnusedMetrics(sources: UnusedSources, days: number): UnusedMetrics {
  const { store, record, clock } = sources;
  const queried = record.read(days);
  const configured = noMetrics();
  for (const text of sources.expressions()) addMetricsOfText(text, configured);
  const isUsed = createNameTest(union(queried, configured));
  const jobs = sources.jobs();
  const ownNames = sources.ownNames();
  const { seriesByMetric, seriesCount } = store.cardinality(METRICS_LOOKED_AT_MAX);
  const metrics: UnusedMetric[] = [];
  let unusedSeriesCount = 0;
  let metricCount = 0;
  for (const { name, count } of seriesByMetric) {
    if (isUsed(name) || ownNames.has(name)) continue;
    const from = jobsOf(sources, name).filter((job) => jobs.has(job));
    if (from.length === 0) continue;
    metricCount++;
    unusedSeriesCount += count;
    if (metrics.length < UNUSED_METRICS_MAX) metrics.push({ name, seriesCount: count, jobs: from });
  }
  return {
    days,
    now: clock.now(),
    recordedSince: queried.sinceMs ?? null,
    seriesCount,
    unusedSeriesCount,
    metricCount,
    metrics,
  };
}

function union(a: NamedMetrics, b: NamedMetrics): NamedMetrics {
  return { names: a.names.union(b.names), patterns: a.patterns.union(b.patterns) };
}

/** Jobs that have sent a metric lately. */
function jobsOf({ store, clock }: UnusedSources, name: string): readonly string[] {
  const toMs = clock.now();
  const matchers = [createMatcher(METRIC_NAME, '=', name)];
  return store.labelValues('job', { matchers, fromMs: toMs - ACTIVE_MS, toMs });
}
