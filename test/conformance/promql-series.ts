/** Series and values in Prometheus' test notation: `up{job="a"} 1 _ 2+1x3 stale {{schema:0}}`. */
import { parseExpr } from '../../packages/server/src/promql/index.ts';
import {
  createLabelsFromPairs,
  EMPTY_LABELS,
  type Labels,
  type NotedHistogram,
  parseHistogramSeries,
} from '../../packages/server/src/series/index.ts';

export type SeriesValue =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'gap' }
  | ({ readonly kind: 'histogram' } & NotedHistogram);

export interface SeriesLine {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
}

/** A repeat count above this is a mistake in the script. */
const REPEAT_MAX = 1_000_000;

/** Reads a series with its values. */
export function parseSeriesLine(line: string): SeriesLine {
  const end = findMetricEnd(line);
  return { labels: parseMetric(line.slice(0, end)), values: parseValues(line.slice(end)) };
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

/** Reads a metric: a selector with nothing but equalities. */
export function parseMetric(text: string): Labels {
  const trimmed = text.trim();
  if (/^\{\s*\}$/.test(trimmed)) return EMPTY_LABELS;
  const expr = parseExpr(trimmed);
  if (expr.type !== 'vectorSelector') throw new Error(`not a metric: ${trimmed}`);
  const pairs = expr.matchers.map(({ name, operator, value }): [string, string] => {
    if (operator !== '=') throw new Error(`not a label: ${name}${operator}"${value}"`);
    return [name, value];
  });
  return createLabelsFromPairs(pairs);
}

const DECIMAL = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
// Not hexadecimal: `0x5` is six zeros.
const NUMBER = `(?:${DECIMAL}|[iI]nf|[nN]a[nN])`;
const FLOAT_TOKEN = new RegExp(`^([+-]?${NUMBER})([+-]-?${NUMBER})?(?:x(\\d+))?$`);

function parseValues(text: string): readonly SeriesValue[] {
  return splitValues(text).flatMap(parseToken);
}

/** Splits at spaces, except within `{{…}}`. */
function splitValues(text: string): readonly string[] {
  return [...text.matchAll(/(?:\{\{[^}]*\}\}|[^\s{])+/g)].map(([token]) => token);
}

function parseToken(token: string): readonly SeriesValue[] {
  if (token.includes('{{')) {
    return parseHistogramSeries(token).map((noted) => ({ kind: 'histogram', ...noted }));
  }
  const gap = /^_(?:x(\d+))?$/.exec(token);
  if (gap !== null) return repeat({ kind: 'gap' }, Number(gap[1] ?? 1));
  const stale = /^stale(?:x(\d+))?$/.exec(token);
  if (stale !== null) return repeat({ kind: 'stale' }, Number(stale[1] ?? 0) + 1);
  const float = FLOAT_TOKEN.exec(token);
  if (float === null) throw new Error(`not a value: ${token}`);
  const [, first, change, times] = float;
  const count = checkRepeat(Number(times ?? 0) + 1);
  const step = change === undefined ? 0 : parseNumber(change);
  let value = parseNumber(first);
  return Array.from({ length: count }, (_, i) => {
    if (i > 0 && change !== undefined) value += step;
    return { kind: 'float', value };
  });
}

function repeat(value: SeriesValue, count: number): readonly SeriesValue[] {
  return Array.from({ length: checkRepeat(count) }, () => value);
}

function checkRepeat(count: number): number {
  if (count > REPEAT_MAX) throw new Error(`value repeated ${count} times`);
  return count;
}

/** Reads a number as an expected scalar is written: also hexadecimal, with any sign. */
export function parseNumber(text: string): number {
  const match = new RegExp(`^([+-]*)(0x[0-9a-f]+|${NUMBER})$`, 'i').exec(text.trim());
  if (match === null) throw new Error(`not a number: ${text}`);
  const [, signs, digits] = match;
  const isNegative = (signs.match(/-/g)?.length ?? 0) % 2 === 1;
  const size = /^inf$/i.test(digits)
    ? Infinity
    : /^nan$/i.test(digits)
      ? Number.NaN
      : Number(digits);
  return isNegative ? -size : size;
}
