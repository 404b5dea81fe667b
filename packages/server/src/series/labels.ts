import { quote } from './quote.ts';

/**
 * A set of labels: what identifies one series.
 *
 * Names are sorted and unique, and no value is empty: in the Prometheus data model a label with an
 * empty value is the same as no label. Two parallel arrays instead of a map because label sets are
 * made by the hundred thousand, are read in order far more often than by name, and rarely have
 * more than a dozen entries.
 *
 * Order is by UTF-16 code unit. Prometheus orders by UTF-8 byte; the two differ only between
 * characters outside the basic plane and U+E000..U+FFFF, and only in the order of output.
 */
export interface Labels {
  /** Sorted and unique. */
  readonly names: readonly string[];
  /** Invariant: `values[i]` belongs to `names[i]`, and is not empty. */
  readonly values: readonly string[];
}

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

/** The label set without labels. */
export const EMPTY_LABELS: Labels = { names: [], values: [] };

/** A lone surrogate: no decoded UTF-8 text holds one, so it separates any label text safely. */
const KEY_SEPARATOR = '\uD800';

/** Builds a label set from a plain object; empty values are dropped. */
export function createLabels(record: Readonly<Record<string, string>>): Labels {
  return createLabelsFromPairs(Object.entries(record));
}

/** Builds a label set from pairs in any order; empty values are dropped, the last of a name wins. */
export function createLabelsFromPairs(pairs: Iterable<readonly [string, string]>): Labels {
  const sorted = [...new Map(pairs)].filter(([, value]) => value !== '').sort(compareNames);
  return { names: sorted.map(([name]) => name), values: sorted.map(([, value]) => value) };
}

function compareNames(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** The value of a label, or '' where the set has no such label. */
export function labelValue(labels: Labels, name: string): string {
  const index = labels.names.indexOf(name);
  return index < 0 ? '' : labels.values[index];
}

/** A string that is equal for equal sets and differs for different ones; for maps, not for people. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (let i = 0; i < labels.names.length; i++) {
    key += labels.names[i] + KEY_SEPARATOR + labels.values[i] + KEY_SEPARATOR;
  }
  return key;
}

/** The set with one label set to a value; an empty value removes it. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  return createLabelsFromPairs([...labelPairs(labels), [name, value]]);
}

/** The set without the given names. */
export function withoutLabels(labels: Labels, names: readonly string[]): Labels {
  return filterLabels(labels, (name) => !names.includes(name));
}

/** The set with the given names only. */
export function onlyLabels(labels: Labels, names: readonly string[]): Labels {
  return filterLabels(labels, (name) => names.includes(name));
}

/** The set with the labels whose name passes. */
export function filterLabels(labels: Labels, keeps: (name: string) => boolean): Labels {
  const names: string[] = [];
  const values: string[] = [];
  for (let i = 0; i < labels.names.length; i++) {
    if (keeps(labels.names[i])) {
      names.push(labels.names[i]);
      values.push(labels.values[i]);
    }
  }
  return { names, values };
}

/** Both sets together; where both have a name, the second wins. */
export function mergeLabels(first: Labels, second: Labels): Labels {
  return createLabelsFromPairs([...labelPairs(first), ...labelPairs(second)]);
}

/** Iterates over name and value in order of name. */
export function* labelPairs(labels: Labels): IterableIterator<[string, string]> {
  for (let i = 0; i < labels.names.length; i++) yield [labels.names[i], labels.values[i]];
}

/** The set as a plain object, as JSON answers carry it. */
export function labelsRecord(labels: Labels): Record<string, string> {
  return Object.fromEntries(labelPairs(labels));
}

/** Orders label sets as Prometheus does: pair by pair, the shorter first. */
export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.names.length, b.names.length);
  for (let i = 0; i < shared; i++) {
    if (a.names[i] !== b.names[i]) return a.names[i] < b.names[i] ? -1 : 1;
    if (a.values[i] !== b.values[i]) return a.values[i] < b.values[i] ? -1 : 1;
  }
  return a.names.length - b.names.length;
}

/** Whether two sets are the same. */
export function isEqualLabels(a: Labels, b: Labels): boolean {
  return compareLabels(a, b) === 0;
}

const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LEGACY_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Whether a label name can stand without quotes. */
export function isPlainLabelName(name: string): boolean {
  return LEGACY_LABEL_NAME.test(name);
}

/** Whether a metric name can stand without quotes. */
export function isPlainMetricName(name: string): boolean {
  return LEGACY_METRIC_NAME.test(name);
}

/** Writes a series as PromQL shows it: `up{job="node"}`, `{"a metric", job="node"}`, `{}`. */
export function formatSeries(labels: Labels): string {
  const metric = labelValue(labels, METRIC_NAME);
  const isPlain = isPlainMetricName(metric);
  const parts: string[] = [];
  if (metric !== '' && !isPlain) parts.push(quote(metric));
  for (const [name, value] of labelPairs(labels)) {
    if (name !== METRIC_NAME) parts.push(`${formatLabelName(name)}=${quote(value)}`);
  }
  const head = isPlain ? metric : '';
  return parts.length === 0 && head !== '' ? head : `${head}{${parts.join(', ')}}`;
}

/** Writes all labels, the metric's name among them: `{__name__="up", job="node"}`. */
export function formatLabels(labels: Labels): string {
  const parts: string[] = [];
  for (const [name, value] of labelPairs(labels)) {
    parts.push(`${formatLabelName(name)}=${quote(value)}`);
  }
  return `{${parts.join(', ')}}`;
}

function formatLabelName(name: string): string {
  return isPlainLabelName(name) ? name : quote(name);
}
