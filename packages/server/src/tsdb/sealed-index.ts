/**
 * The index of a sealed chunk file. It stays on disk: one series is looked up by halving, and all of it
 * is read once by who relies on its counts, as nothing else would tell that one of them is damaged.
 */
import { crc32 } from 'node:zlib';
import type { ReadBlock } from './block-cache.ts';
import {
  alignIndex,
  INDEX_ENTRY_BYTES,
  type IndexEntry,
  readIndexEntry,
  type Trailer,
} from './chunk-format.ts';

const NOT_THERE: IndexEntry = { lastAt: 0, samples: 0, hasMarker: false };
const READ_BYTES = 256 * 1024;

/** What an index says of a series, by its number; `wordAt` reads a word of the file. */
export function findInIndex(
  { indexAt, entryCount, idEnd }: Trailer,
  id: number,
  wordAt: (at: number) => number,
): IndexEntry {
  if (id >= idEnd) return NOT_THERE;
  const base = alignIndex(indexAt);
  let low = 0;
  let high = entryCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (wordAt(base + middle * INDEX_ENTRY_BYTES) < id) low = middle + 1;
    else high = middle;
  }
  const at = base + low * INDEX_ENTRY_BYTES;
  if (low === entryCount || wordAt(at) !== id) return NOT_THERE;
  return readIndexEntry(wordAt(at + 4), wordAt(at + 8));
}

/** Whether the entries are those that were written; files of before have no checksum of them. */
export function isIndexIntact(
  { indexAt, entryCount, indexChecksum }: Trailer,
  read: ReadBlock,
): boolean {
  const buffer = new Uint8Array(Math.min(READ_BYTES, entryCount * INDEX_ENTRY_BYTES));
  let at = alignIndex(indexAt);
  const end = at + entryCount * INDEX_ENTRY_BYTES;
  let checksum = 0;
  while (at < end) {
    const count = read(buffer.subarray(0, Math.min(buffer.length, end - at)), at);
    if (count === 0) return false;
    checksum = crc32(buffer.subarray(0, count), checksum);
    at += count;
  }
  return checksum === indexChecksum;
}
