/** What rules write: recorded series, `ALERTS` and `ALERTS_FOR_STATE`, and staleness markers. */
import { invalid, limitExceeded } from '../platform/index.ts';
import {
  createLabelsFromPairs,
  type Labels,
  labelPairs,
  labelsKey,
  METRIC_NAME,
  withLabel,
} from '../series/index.ts';
import type { AlertInstance } from './alert-state.ts';
import type { RuleSample, VectorSample } from './engine.ts';
import type { RecordingRule } from './rule.ts';

/** Label sets by their key. */
export type SeriesSet = ReadonlyMap<string, Labels>;

/** The result of a recording rule under its new name and labels. */
export function recordingSamples(
  rule: RecordingRule,
  vector: readonly VectorSample[],
  at: { readonly timeMs: number; readonly limit: number },
): readonly RuleSample[] {
  if (at.limit > 0 && vector.length > at.limit) {
    throw limitExceeded(
      'RULE_LIMIT_EXCEEDED',
      `exceeded limit of ${at.limit} with ${vector.length} series`,
    );
  }
  const samples = vector.map(({ labels, ...sample }) => ({
    ...sample,
    labels: createLabelsFromPairs([
      ...labelPairs(labels),
      [METRIC_NAME, rule.name],
      ...rule.labels,
    ]),
    timeMs: at.timeMs,
    isStale: false,
  }));
  if (seriesOf(samples).size < samples.length) {
    throw invalid(
      'RULE_DUPLICATE_SERIES',
      'vector contains metrics with the same labelset after applying rule labels',
    );
  }
  return samples;
}

/**
 * `ALERTS` (1 for each active alert, by state) and `ALERTS_FOR_STATE` (since when it is active, in
 * seconds). Unlike in Prometheus, a rule's label that expanded to nothing is not there at all;
 * Prometheus writes the unexpanded template as its value.
 */
export function alertSamples(
  alerts: Iterable<AlertInstance>,
  timeMs: number,
): readonly RuleSample[] {
  const samples: RuleSample[] = [];
  for (const alert of alerts) {
    const named = withLabel(alert.labels, METRIC_NAME, 'ALERTS');
    const labels = withLabel(named, 'alertstate', alert.state);
    samples.push({ labels, timeMs, value: 1, isStale: false });
    samples.push({
      labels: withLabel(alert.labels, METRIC_NAME, 'ALERTS_FOR_STATE'),
      timeMs,
      value: Math.floor(alert.activeAtMs / 1000),
      isStale: false,
    });
  }
  return samples;
}

/** The series that samples belong to. */
export function seriesOf(samples: readonly RuleSample[]): SeriesSet {
  return new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));
}

/** Markers that end the series that are no longer there. */
export function staleSamples(
  previous: SeriesSet,
  current: { has(key: string): boolean },
  timeMs: number,
): readonly RuleSample[] {
  const samples: RuleSample[] = [];
  for (const [key, labels] of previous) {
    if (!current.has(key)) samples.push({ labels, timeMs, value: Number.NaN, isStale: true });
  }
  return samples;
}
