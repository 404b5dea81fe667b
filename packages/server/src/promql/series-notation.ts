/**
 * Series and their values in the notation of unit tests of rules and of Prometheus' own scripts:
 * `up{job="a"} 1 _ 2+1x3 stale {{schema:0 count:1}}`
 * (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series).
 */
import { errorMessage, invalid, limitExceeded } from '../platform/index.ts';
import {
  createLabelsFromPairs,
  EMPTY_LABELS,
  formatMatcher,
  type Labels,
  type NotedHistogram,
  parseHistogramSeries,
} from '../series/index.ts';
import { NOTATION_VALUES_MAX } from './limits.ts';
import { isSelectorAhead, parseSelectorNode } from './parse-selectors.ts';
import { TokenStream } from './token-stream.ts';

/** What stands at one step: a sample, the marker that ends a series, or nothing. */
export type SeriesValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'gap' }
  | ({ readonly kind: 'histogram' } & NotedHistogram);

export interface SeriesLine {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
}

const STALE: SeriesValue = { kind: 'stale' };
const GAP: SeriesValue = { kind: 'gap' };

/** Reads a series with its values; throws a ParseError or what is wrong with a value. */
export function parseSeriesLine(line: string): SeriesLine {
  const end = findMetricEnd(line);
  return { labels: parseMetric(line.slice(0, end)), values: parseSeriesValues(line.slice(end)) };
}

/** Where the metric ends: at its closing brace, or at the first space where it has none. */
function findMetricEnd(line: string): number {
  if (!/^[^\s{]*\s*\{(?!\{)/.test(line)) return Math.max(0, line.search(/\s/));
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quote === '' && char === '}') return i + 1;
    if (quote === '' && /["'`]/.test(char)) quote = char;
    else if (char === quote) quote = '';
    else if (char === '\\' && quote !== '' && quote !== '`') i++;
  }
  return line.length;
}

/** Reads a metric: a selector with nothing but equalities; no text is one without labels. */
export function parseMetric(text: string): Labels {
  if (text.trim() === '') return EMPTY_LABELS;
  const tokens = new TokenStream(text);
  if (!isSelectorAhead(tokens)) tokens.unexpected('');
  const { matchers } = parseSelectorNode(tokens);
  if (tokens.peek() !== 'eof') tokens.unexpected('');
  const pairs = matchers.map((matcher): [string, string] => {
    const { name, operator, value } = matcher;
    if (operator === '=') return [name, value];
    return tokens.fail(0, `not a label: ${formatMatcher(matcher)}; a series has name="value"`);
  });
  return createLabelsFromPairs(pairs);
}

/** Reads values, which white space parts, into one for each step; throws what is wrong with one. */
export function parseSeriesValues(text: string): readonly SeriesValue[] {
  const values: SeriesValue[] = [];
  for (const [token] of text.matchAll(/(?:\{\{[^{}]*\}\}|\S)+/g)) {
    const parsed = parseToken(token);
    if (values.length + parsed.length > NOTATION_VALUES_MAX) throw tooMany(token);
    for (const value of parsed) values.push(value);
  }
  return values;
}

const DECIMAL = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
// Not hexadecimal: `0x5` is six zeros.
const NUMBER = `(?:${DECIMAL}|[iI]nf|[nN]a[nN])`;
const FLOAT_TOKEN = new RegExp(`^([+-]?${NUMBER})([+-]-?${NUMBER})?(?:x(\\d+))?$`);

function parseToken(token: string): readonly SeriesValue[] {
  if (token.includes('{{')) return parseHistograms(token);
  const gap = /^_(?:x(\d+))?$/.exec(token);
  if (gap !== null) return repeat(GAP, Number(gap[1] ?? 1), token);
  const stale = /^stale(?:x(\d+))?$/.exec(token);
  if (stale !== null) return repeat(STALE, Number(stale[1] ?? 0) + 1, token);
  const float = FLOAT_TOKEN.exec(token);
  if (float === null) throw invalid('SERIES_NOTATION_INVALID', `not a value: ${token}`);
  const [, first, change, times] = float;
  const count = Number(times ?? 0) + 1;
  let value = parseNumber(first);
  if (change === undefined) return repeat({ kind: 'float', value }, count, token);
  if (times === undefined) {
    throw invalid('SERIES_NOTATION_INVALID', `want x and a number after ${token}`);
  }
  if (count > NOTATION_VALUES_MAX) throw tooMany(token);
  const step = parseNumber(change);
  return Array.from({ length: count }, (_, i) => {
    // Added up one by one, as the original does, so that rounding is the same.
    if (i > 0) value += step;
    return { kind: 'float', value };
  });
}

function parseHistograms(token: string): readonly SeriesValue[] {
  try {
    return parseHistogramSeries(token).map((noted) => ({ kind: 'histogram', ...noted }));
  } catch (error) {
    throw invalid('SERIES_NOTATION_INVALID', errorMessage(error), { cause: error });
  }
}

function repeat(value: SeriesValue, count: number, token: string): readonly SeriesValue[] {
  if (count > NOTATION_VALUES_MAX) throw tooMany(token);
  return Array.from({ length: count }, () => value);
}

function tooMany(token: string): Error {
  const message = `more than ${NOTATION_VALUES_MAX} values with ${token}; shorten the series`;
  return limitExceeded('SERIES_NOTATION_INVALID', message);
}

/** Reads a number as an expected scalar is written: also hexadecimal, with any sign. */
export function parseNumber(text: string): number {
  const match = new RegExp(`^([+-]*)(0x[0-9a-f]+|${NUMBER})$`, 'i').exec(text.trim());
  if (match === null) throw invalid('SERIES_NOTATION_INVALID', `not a number: ${text}`);
  const [, signs, digits] = match;
  const isNegative = (signs.match(/-/g)?.length ?? 0) % 2 === 1;
  const size = /^inf$/i.test(digits)
    ? Infinity
    : /^nan$/i.test(digits)
      ? Number.NaN
      : Number(digits);
  return isNegative ? -size : size;
}
