/**
 * Federation: the newest sample of each matching series in the text format, for a Prometheus or a
 * Nines one layer up (web/federate.go).
 *
 * The samples keep their own times. The format has no staleness marker, so series that have ended
 * are left out; and it has no native histograms, so those are too.
 */
import type { Queryable, SelectedSeries } from '../promql/index.ts';
import {
  compareLabels,
  isPlainLabelName,
  isPlainMetricName,
  isStale,
  type Labels,
  labelPairs,
  labelsKey,
  labelValue,
  type Matcher,
  METRIC_NAME,
} from '../series/index.ts';
import { formatValue } from './prometheus-json.ts';

export interface Federation {
  readonly queryable: Queryable;
  readonly selectors: readonly (readonly Matcher[])[];
  readonly nowMs: number;
  /** How far back a sample still counts as the current one. */
  readonly lookbackMs: number;
  /** Added to each sample that has no such label of its own. */
  readonly externalLabels: Labels;
  /** Whether the reader takes names that the old character set does not allow. */
  readonly allowsUtf8: boolean;
}

interface Newest {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
}

/** The whole body. */
export function federate(federation: Federation): string {
  const rows = [...readNewest(federation)].sort(
    (a, b) => compareNames(a.labels, b.labels) || compareLabels(a.labels, b.labels),
  );
  const extra = externalPairs(federation.externalLabels);
  const lines: string[] = [];
  let family = '';
  for (const { labels, timeMs, value } of rows) {
    const name = labelValue(labels, METRIC_NAME);
    if (name !== family) lines.push(formatType(name, federation.allowsUtf8));
    family = name;
    const series = formatSeriesName(labels, extra, federation.allowsUtf8);
    lines.push(`${series} ${formatValue(value)} ${timeMs}\n`);
  }
  return lines.join('');
}

/** One sample for each series that any selector matches, once. */
function readNewest(federation: Federation): Iterable<Newest> {
  const { queryable, selectors, nowMs, lookbackMs } = federation;
  const found = new Map<string, Newest>();
  for (const matchers of selectors) {
    const fromMs = nowMs - lookbackMs;
    const range = { matchers, fromMs, toMs: nowMs, newestOnly: true, liveFromMs: nowMs };
    for (const series of queryable.select(range)) {
      const newest = newestOf(series);
      if (newest !== undefined) found.set(labelsKey(series.labels), newest);
    }
  }
  return found.values();
}

function newestOf({ labels, samples }: SelectedSeries): Newest | undefined {
  const last = samples.count - 1;
  if (last < 0 || isStale(samples.bits, last)) return undefined;
  if (samples.histograms?.[last] !== undefined || labelValue(labels, METRIC_NAME) === '') {
    return undefined;
  }
  return { labels, timeMs: samples.timesMs[last], value: samples.values[last] };
}

function compareNames(a: Labels, b: Labels): number {
  const [first, second] = [labelValue(a, METRIC_NAME), labelValue(b, METRIC_NAME)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** An instance is always said, if only as empty: else the scraper would put its own there. */
function externalPairs(externalLabels: Labels): readonly (readonly [string, string])[] {
  const pairs = [...labelPairs(externalLabels)];
  if (!externalLabels.names.includes('instance')) pairs.push(['instance', '']);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}

function formatType(name: string, allowsUtf8: boolean): string {
  const shown = isPlainMetricName(name) ? name : allowsUtf8 ? quoteText(name) : underscored(name);
  return `# TYPE ${shown} untyped\n`;
}

function formatSeriesName(
  labels: Labels,
  extra: readonly (readonly [string, string])[],
  allowsUtf8: boolean,
): string {
  const name = labelValue(labels, METRIC_NAME);
  const isQuoted = allowsUtf8 && !isPlainMetricName(name);
  const parts = isQuoted ? [quoteText(name)] : [];
  const all = [
    ...labelPairs(labels),
    ...extra.filter(([label]) => labelValue(labels, label) === ''),
  ];
  for (const [label, value] of all) {
    if (label === METRIC_NAME) continue;
    const isPlain = isPlainLabelName(label);
    const shown = isPlain ? label : allowsUtf8 ? quoteText(label) : underscored(label);
    parts.push(`${shown}=${quoteText(value)}`);
  }
  return `${isQuoted ? '' : underscored(name)}{${parts.join(',')}}`;
}

/** The format escapes these three and nothing else. */
function quoteText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`;
}

/** A name for readers of the old character set (escaping scheme `underscores`). */
function underscored(name: string): string {
  const replaced = name.replaceAll(/[^a-zA-Z0-9_:]/gu, '_');
  return /^\d/.test(replaced) ? `_${replaced}` : replaced;
}
