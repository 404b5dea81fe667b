/** The labels of exemplars, in whatever format they come. */
import { createLabelsFromPairs, type Labels, labelPairs } from '../series/index.ts';
import { unescapeText, type SeriesText } from './text-lexer.ts';
import type { TextPool } from './text-pool.ts';

/** Makes labels of an exemplar that was taken apart. The value of a label may not be UTF-8. */
export function decodeExemplarLabels(bytes: Buffer, text: SeriesText, pool: TextPool): Labels {
  const { offsets } = text;
  const decode = (at: number): string =>
    unescapeText(pool.decode(bytes, offsets[at], offsets[at + 1]) ?? '');
  const pairs = Array.from({ length: text.labelCount }, (_, i): [string, string] => [
    decode(4 * i),
    decode(4 * i + 2),
  ]);
  return createLabelsFromPairs(pairs);
}

const SURROGATE_PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

/** Characters of names and values together, which OpenMetrics bounds. */
export function countCharacters(labels: Labels): number {
  let count = 0;
  for (const [name, value] of labelPairs(labels)) {
    count += countCodePoints(name) + countCodePoints(value);
  }
  return count;
}

/** Characters of a text, those outside of the basic plane as one. */
export function countCodePoints(text: string): number {
  return text.replaceAll(SURROGATE_PAIR, '_').length;
}
