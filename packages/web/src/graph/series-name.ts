/** What a series is called. */
import type { Metric } from '../api/prometheus.ts';

const NAME = '__name__';

/** A series as PromQL writes it: `up{job="cart"}`. */
export function formatMetric(metric: Metric): string {
  const labels = Object.entries(metric)
    .filter(([name]) => name !== NAME)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const name = metric[NAME] ?? '';
  if (labels.length === 0) return name === '' ? '{}' : name;
  return `${name}{${labels.join(', ')}}`;
}

/**
 * Short names for series that stand beside each other: the values of the labels in which they
 * differ. What all have in common tells nothing.
 */
export function nameSeries(metrics: readonly Metric[]): readonly string[] {
  const [first, ...rest] = metrics;
  if (first === undefined) return [];
  if (rest.length === 0) return [formatMetric(first)];
  const labels = [...new Set(metrics.flatMap((metric) => Object.keys(metric)))].filter((label) =>
    rest.some((metric) => metric[label] !== first[label]),
  );
  return metrics.map((metric) => {
    const values = labels.map((label) => metric[label]).filter((value) => value !== undefined);
    return values.length === 0 ? formatMetric(metric) : values.join(' · ');
  });
}
