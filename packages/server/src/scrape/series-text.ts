/** From the bytes of a series to its labels, as the target exposes them. */
import { isUtf8 } from 'node:buffer';
import { type Labels, METRIC_NAME, quote } from '../series/index.ts';
import { formatOpenMetricsFloat, parseFloatText } from './float.ts';
import { METRIC_TYPES, type SeriesText, TextFault, unescapeText } from './text-lexer.ts';

const HISTOGRAM = METRIC_TYPES.indexOf('histogram');
const SUMMARY = METRIC_TYPES.indexOf('summary');

/**
 * Makes labels of a series that was taken apart. `type` is the code of the newest `# TYPE` line:
 * the bounds of histograms and summaries are written in one way (`1` becomes `1.0`), so that a
 * client that changes its format does not change its series.
 */
export function decodeSeries(bytes: Buffer, text: SeriesText, type: number): Labels {
  const names: string[] = [];
  const values: string[] = [];
  insertLabel(names, values, METRIC_NAME, decode(bytes, text.nameFrom, text.nameTo));
  for (let i = 0; i < text.labelCount; i++) {
    const [nameFrom, nameTo, valueFrom, valueTo] = text.offsets.slice(4 * i, 4 * i + 4);
    const name = decode(bytes, nameFrom, nameTo);
    const value = unescapeText(bytes.toString('utf8', valueFrom, valueTo));
    if (name === '') throw new TextFault(nameFrom, 'the name of a label is empty');
    if (value !== '') insertLabel(names, values, name, normalizeBound(type, name, value));
  }
  return { names, values };
}

function decode(bytes: Buffer, from: number, to: number): string {
  if (!isUtf8(bytes.subarray(from, to))) throw new TextFault(from, 'name is not valid UTF-8');
  return unescapeText(bytes.toString('utf8', from, to));
}

function insertLabel(names: string[], values: string[], name: string, value: string): void {
  let at = names.length;
  while (at > 0 && names[at - 1] > name) at--;
  if (at > 0 && names[at - 1] === name) {
    throw new TextFault(0, `label name ${quote(name)} is not unique`);
  }
  names.splice(at, 0, name);
  values.splice(at, 0, value);
}

function normalizeBound(type: number, name: string, value: string): string {
  const isBound =
    (type === HISTOGRAM && name === 'le') || (type === SUMMARY && name === 'quantile');
  if (!isBound) return value;
  const bound = parseFloatText(value);
  return typeof bound === 'number' ? formatOpenMetricsFloat(bound) : value;
}
