/** What lies in single columns of the records: lists and sets as JSON. */
import { assert } from '../platform/index.ts';
import { createLabels, type Labels } from '../series/index.ts';
import { ROWS_PER_WRITE_MAX } from './limits.ts';

/** Cuts what one statement would have too much of. */
export function inParts<T>(items: readonly T[]): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += ROWS_PER_WRITE_MAX) {
    parts.push(items.slice(at, at + ROWS_PER_WRITE_MAX));
  }
  return parts;
}

/** Reads a JSON list that this module wrote. */
export function parseList(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  assert(Array.isArray(value), 'a list on disk is none');
  return value;
}

/** Reads a JSON object of texts that this module wrote. */
export function parseSet(text: string): Labels {
  const value: unknown = JSON.parse(text);
  assert(typeof value === 'object' && value !== null, 'a set of labels on disk is none');
  return createLabels(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, String(v)])));
}
