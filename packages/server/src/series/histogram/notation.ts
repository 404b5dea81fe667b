/**
 * Reads the notation of histograms in unit tests of rules and in Prometheus' test scripts:
 * `{{schema:1 count:3 sum:4.5 z_bucket:1 z_bucket_w:0.5 buckets:[1 2] offset:-1}}`, and series of
 * them: `{{…}}x4`, `{{…}}+{{…}}x4`, `{{…}}-{{…}}x4`
 * (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series).
 */
import { addHistograms, type CombinedHistogram, subtractHistograms } from './arithmetic.ts';
import { findShapeFault } from './create.ts';
import {
  type CounterReset,
  CUSTOM_BUCKETS_SCHEMA,
  EXPONENTIAL_SCHEMA_MAX,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from './histogram.ts';
import { NOTATION_REPEAT_MAX } from './limits.ts';

/** A histogram as it was written. */
export interface NotedHistogram {
  readonly histogram: Histogram;
  /** Whether something is said of counter resets; a comparison looks at it only then. */
  readonly hasCounterReset: boolean;
}

const SERIES = /^(\{\{[^{}]*\}\})(?:([+-])(\{\{[^{}]*\}\}))?(?:x(\d+))?$/;

/**
 * Reads one item of a series: a histogram, or one that is repeated, or grows, or shrinks. `x3`
 * stands for three more. Throws what is wrong with it.
 */
export function parseHistogramSeries(text: string): readonly NotedHistogram[] {
  const match = SERIES.exec(text);
  if (match === null) throw new Error(`not a histogram or a series of them: ${text}`);
  const [, first, sign, change, times] = match;
  const repeats = Number(times ?? 0);
  if (repeats > NOTATION_REPEAT_MAX) throw new Error(`histogram repeated ${times} times: ${text}`);
  const base = parseHistogram(first);
  if (change === undefined) return Array.from({ length: repeats + 1 }, () => base);
  if (times === undefined) throw new Error(`want x and a number after ${change}`);
  return createSteps(base, parseHistogram(change), { sign, repeats });
}

function createSteps(
  base: NotedHistogram,
  change: NotedHistogram,
  { sign, repeats }: { readonly sign: string; readonly repeats: number },
): readonly NotedHistogram[] {
  const { hasCounterReset } = change;
  const steps = [{ histogram: base.histogram, hasCounterReset }];
  if (base.histogram.schema > change.histogram.schema) {
    throw new Error(
      `cannot combine histograms: schema ${base.histogram.schema} is finer than that of the ` +
        `change, ${change.histogram.schema}`,
    );
  }
  const combine = sign === '+' ? addHistograms : subtractHistograms;
  for (let i = 0; i < repeats; i++) {
    const histogram = expectCombined(combine(steps[i].histogram, change.histogram));
    steps.push({ histogram, hasCounterReset });
  }
  return steps;
}

function expectCombined(combined: CombinedHistogram): Histogram {
  if (combined.kind === 'combined') return combined.histogram;
  throw new Error('cannot combine histograms with exponential and with custom buckets');
}

/** One `key:value`, where the value may be a list. */
const ITEM = /\s*([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s[\]:]+)(?=\s|$)/iy;

/** Reads one histogram. Throws what is wrong with it. */
export function parseHistogram(text: string): NotedHistogram {
  const body = /^\{\{([^{}]*)\}\}$/.exec(text)?.[1];
  if (body === undefined) throw new Error(`not a histogram: ${text}`);
  const fields = readFields(body.trimEnd());
  const read = (key: string): number => parseValue(key, fields.get(key) ?? '0');
  const hint = fields.get('counter_reset_hint');
  const schema = readInteger(fields, 'schema');
  const bounds = fields.get('custom_values');
  const noBounds = schema === CUSTOM_BUCKETS_SCHEMA ? new Float64Array(0) : undefined;
  const histogram: Histogram = {
    schema,
    counterReset: hint === undefined ? 'unknown' : parseHint(hint),
    isInteger: false,
    zeroThreshold: read('z_bucket_w'),
    zeroCount: read('z_bucket'),
    count: read('count'),
    sum: read('sum'),
    positive: readBuckets(fields, 'buckets', 'offset'),
    negative: readBuckets(fields, 'n_buckets', 'n_offset'),
    customBounds: bounds === undefined ? noBounds : parseList('custom_values', bounds),
  };
  const isKept = schema <= EXPONENTIAL_SCHEMA_MAX;
  const fault = isKept ? findShapeFault(histogram) : `schema ${schema} is too fine`;
  if (fault !== undefined) throw new Error(`${fault}: ${text}`);
  return { histogram, hasCounterReset: hint !== undefined };
}

const KEYS: ReadonlySet<string> = new Set([
  'schema',
  'count',
  'sum',
  'z_bucket',
  'z_bucket_w',
  'custom_values',
  'counter_reset_hint',
  'buckets',
  'offset',
  'n_buckets',
  'n_offset',
]);

function readFields(body: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  ITEM.lastIndex = 0;
  while (ITEM.lastIndex < body.length) {
    const at = ITEM.lastIndex;
    const match = ITEM.exec(body);
    if (match === null) {
      throw new Error(`not a part of a histogram, such as buckets:[5 10 7]: ${body.slice(at)}`);
    }
    const key = match[1].toLowerCase();
    if (!KEYS.has(key)) throw new Error(`unknown part of a histogram: ${match[1]}`);
    if (fields.has(key)) throw new Error(`${key} is given twice in one histogram`);
    fields.set(key, match[2]);
  }
  return fields;
}

const NUMBER = /^-?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|0x[0-9a-f]+|\+?inf|nan)$/i;

function parseValue(key: string, text: string): number {
  if (!NUMBER.test(text)) throw new Error(`${key} is no number: ${text}`);
  const size = text.replace(/^-/, '');
  const value = /inf$/i.test(size) ? Infinity : Number(size);
  return text.startsWith('-') ? -value : value;
}

function readInteger(fields: ReadonlyMap<string, string>, key: string): number {
  const text = fields.get(key) ?? '0';
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`${key} is no whole number: ${text}`);
  // Not -0.
  return Number(text) + 0;
}

function parseList(key: string, text: string): Float64Array {
  if (!text.startsWith('[')) throw new Error(`${key} is no list, such as [5 10 7]: ${text}`);
  const items = text.slice(1, -1).trim();
  if (items === '') return new Float64Array(0);
  return Float64Array.from(items.split(/\s+/), (item) => parseValue(key, item));
}

function readBuckets(
  fields: ReadonlyMap<string, string>,
  key: string,
  offsetKey: string,
): HistogramBuckets {
  const offset = readInteger(fields, offsetKey);
  const text = fields.get(key);
  const counts = text === undefined ? NO_BUCKETS.counts : parseList(key, text);
  if (counts.length === 0) return NO_BUCKETS;
  return { spanOffsets: [offset], spanLengths: [counts.length], counts };
}

function parseHint(text: string): CounterReset {
  switch (text.toLowerCase()) {
    case 'unknown':
      return 'unknown';
    case 'reset':
      return 'reset';
    case 'not_reset':
      return 'notReset';
    case 'gauge':
      return 'gauge';
    default:
      throw new Error(`counter_reset_hint is ${text}; want unknown, reset, not_reset or gauge`);
  }
}
