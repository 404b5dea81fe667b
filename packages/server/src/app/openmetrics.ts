/**
 * Our own metrics in OpenMetrics 1.0. prom-client can write it, too, but takes `_total` off the
 * names of counters for good when it does, and the next scrape of the text format misses it.
 */
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

export type ExposedMetric = MetricObjectWithValues<MetricValue<string> & MetricName>;

/** Histograms and summaries have samples of other names than their own. */
interface MetricName {
  readonly metricName?: string | undefined;
}

const TOTAL = '_total';

/** Writes metrics as prom-client's registry lists them. */
export function formatOpenMetrics(metrics: readonly ExposedMetric[]): string {
  return `${metrics.map(formatFamily).join('')}# EOF\n`;
}

function formatFamily(metric: ExposedMetric): string {
  const type = String(metric.type);
  const isCounter = type === 'counter';
  const isNamedTotal = isCounter && metric.name.endsWith(TOTAL);
  const name = isNamedTotal ? metric.name.slice(0, -TOTAL.length) : metric.name;
  const lines = metric.values.map(({ labels, value, metricName }) => {
    const sampleName = isCounter ? name + TOTAL : (metricName ?? name);
    return `${sampleName}${formatLabels(labels)} ${formatValue(value)}\n`;
  });
  return `# HELP ${name} ${escape(metric.help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function formatLabels(labels: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
