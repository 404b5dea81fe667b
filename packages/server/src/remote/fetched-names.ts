/** Lists of names, values and label sets that another server has sent. */
import { ProtoReader } from '../platform/index.ts';
import { createLabelsFromPairs, type Labels } from '../series/index.ts';
import { fieldsOf, listOf, parseAnswer, readPair, badAnswer, tooLarge } from './fetched-series.ts';
import { SOURCE_SERIES_MAX, UNPACKED_BYTES_MAX } from './limits.ts';
import { unpackSnappy } from './snappy.ts';

/** A list, and what its source says about it. */
export interface FetchedList<T> {
  readonly items: readonly T[];
  readonly warnings: readonly string[];
}

/** Reads the answer of `/api/v1/labels` or of a label's values. */
export function readTexts(body: Uint8Array): FetchedList<string> {
  return readList(body, (item) => {
    if (typeof item !== 'string') throw badAnswer('it is no list of names');
    return item;
  });
}

/** Reads the answer of `/api/v1/series`. */
export function readLabelSets(body: Uint8Array): FetchedList<Labels> {
  return readList(body, (item) => {
    const pairs = Object.entries(fieldsOf(item));
    return createLabelsFromPairs(pairs.map(([name, value]) => [name, String(value)]));
  });
}

function readList<T>(body: Uint8Array, read: (item: unknown) => T): FetchedList<T> {
  const { status, data, warnings } = parseAnswer(body);
  // Of nothing some servers say null.
  if (status !== 'success' || (data !== null && !Array.isArray(data))) {
    throw badAnswer('it is no list');
  }
  const list = listOf(data);
  if (list.length > SOURCE_SERIES_MAX) throw tooLarge(`more than ${SOURCE_SERIES_MAX} entries`);
  return { items: list.map(read), warnings: listOf(warnings).map(String) };
}

/** The label sets of a remote read answer; its samples, if it has any, are passed over. */
export function readReadLabels(body: Uint8Array): FetchedList<Labels> {
  const reader = new ProtoReader(unpackSnappy(body, UNPACKED_BYTES_MAX));
  const items: Labels[] = [];
  while (reader.hasMore) {
    if (reader.next() !== 1) {
      reader.skip();
      continue;
    }
    const result = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 1) items.push(readLabels(reader));
      else reader.skip();
      if (items.length > SOURCE_SERIES_MAX) throw tooLarge(`more than ${SOURCE_SERIES_MAX} series`);
    }
    reader.leave(result);
  }
  return { items, warnings: [] };
}

function readLabels(reader: ProtoReader): Labels {
  const pairs: [string, string][] = [];
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) pairs.push(readPair(reader));
    else reader.skip();
  }
  reader.leave(outer);
  return createLabelsFromPairs(pairs);
}
