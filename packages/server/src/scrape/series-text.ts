/** From the bytes of a series to its labels, as the target exposes them. */
import { type Labels, METRIC_NAME, quote } from '../series/index.ts';
import { formatOpenMetricsFloat, parseFloatText } from './float.ts';
import { METRIC_TYPES, type SeriesText, TextFault, unescapeText } from './text-lexer.ts';
import type { TextPool } from './text-pool.ts';

const HISTOGRAM = METRIC_TYPES.indexOf('histogram');
const SUMMARY = METRIC_TYPES.indexOf('summary');

/**
 * Makes labels of a series that was taken apart. `type` is the code of the newest `# TYPE` line:
 * the bounds of histograms and summaries are written in one way (`1` becomes `1.0`), so that a
 * client that changes its format does not change its series.
 */
export function decodeSeries(
  bytes: Buffer,
  text: SeriesText,
  type: number,
  pool: TextPool,
): Labels {
  const names: string[] = [];
  const values: string[] = [];
  const { offsets, nameFrom } = text;
  insertLabel(names, values, METRIC_NAME, decode(pool, bytes, nameFrom, text.nameTo), nameFrom);
  for (let i = 0; i < text.labelCount; i++) {
    const from = offsets[4 * i];
    const name = decode(pool, bytes, from, offsets[4 * i + 1]);
    const value = decode(pool, bytes, offsets[4 * i + 2], offsets[4 * i + 3]);
    if (name === '') throw new TextFault(from, 'the name of a label is empty');
    if (value !== '') insertLabel(names, values, name, normalizeBound(type, name, value), from);
  }
  return { names, values };
}

function decode(pool: TextPool, bytes: Buffer, from: number, to: number): string {
  const text = pool.decode(bytes, from, to);
  if (text === undefined) throw new TextFault(from, 'name is not valid UTF-8');
  return unescapeText(text);
}

function insertLabel(
  names: string[],
  values: string[],
  name: string,
  value: string,
  from: number,
): void {
  let at = names.length;
  while (at > 0 && names[at - 1] > name) at--;
  if (at > 0 && names[at - 1] === name) {
    throw new TextFault(from, `label name ${quote(name)} is not unique`);
  }
  if (at === names.length) {
    names.push(name);
    values.push(value);
  } else {
    names.splice(at, 0, name);
    values.splice(at, 0, value);
  }
}

function normalizeBound(type: number, name: string, value: string): string {
  const isBound =
    (type === HISTOGRAM && name === 'le') || (type === SUMMARY && name === 'quantile');
  if (!isBound) return value;
  const bound = parseFloatText(value);
  return typeof bound === 'number' ? formatOpenMetricsFloat(bound) : value;
}
