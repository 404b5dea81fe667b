/**
 * What was deleted from a block: by number of series, the ranges of time that are gone
 * (Prometheus' format; tsdb/docs/format/tombstones.md). Chunks keep the samples until the block is
 * rewritten; readers leave them out.
 */
import { crc32c } from '../../platform/index.ts';
import { ByteWriter } from '../bytes.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import { TOMBSTONES_BYTES_MAX } from './limits.ts';

const TOMBSTONES_MAGIC = 0x0130ba30;
const TOMBSTONES_VERSION = 1;
const HEADER_BYTES = 5;
const WHAT = 'tombstones';

/** A range of time; both ends are gone too. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** By number of series: ranges in order that neither touch nor overlap. */
export type Tombstones = Map<number, readonly Interval[]>;

/** The ranges with one more, which ends no earlier than it begins; in order and joined where they touch. */
export function addInterval(
  intervals: readonly Interval[],
  { fromMs, toMs }: Interval,
): readonly Interval[] {
  const before = intervals.filter((other) => other.toMs < fromMs - 1);
  const after = intervals.filter((other) => other.fromMs > toMs + 1);
  const joined = intervals.slice(before.length, intervals.length - after.length);
  const first = joined.at(0)?.fromMs ?? fromMs;
  const last = joined.at(-1)?.toMs ?? toMs;
  const whole = { fromMs: Math.min(fromMs, first), toMs: Math.max(toMs, last) };
  return [...before, whole, ...after];
}

/** Whether all of a range is gone. */
export function coversRange(intervals: readonly Interval[], fromMs: number, toMs: number): boolean {
  return intervals.some((interval) => interval.fromMs <= fromMs && interval.toMs >= toMs);
}

/** Writes the file's content. */
export function formatTombstones(tombstones: Tombstones): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.bigWord(TOMBSTONES_MAGIC);
  writer.byte(TOMBSTONES_VERSION);
  for (const [series, intervals] of tombstones) {
    for (const { fromMs, toMs } of intervals) {
      writer.varint(series);
      writer.zigzag(fromMs);
      writer.zigzag(toMs);
    }
  }
  // Neither magic number nor version are part of the checksum.
  writer.bigWord(crc32c(writer.bytes, HEADER_BYTES, writer.at));
  return writer.written();
}

/** Reads a file's content. Throws `BlockDamage`. */
export function parseTombstones(bytes: Uint8Array): Tombstones {
  if (bytes.length < HEADER_BYTES + 4 || bytes.length > TOMBSTONES_BYTES_MAX) {
    throw new BlockDamage(WHAT, `file has ${bytes.length} bytes`);
  }
  const end = bytes.length - 4;
  const cursor = new Cursor().set(bytes, 0, bytes.length);
  const magic = cursor.word();
  if (magic !== TOMBSTONES_MAGIC) {
    const want = TOMBSTONES_MAGIC.toString(16);
    throw new BlockDamage(WHAT, `unexpected magic number 0x${magic.toString(16)}; want 0x${want}`);
  }
  const version = cursor.byte();
  if (version !== TOMBSTONES_VERSION) {
    const reason = `unexpected format version ${version}; want ${TOMBSTONES_VERSION}`;
    throw new BlockDamage(WHAT, reason);
  }
  if (cursor.set(bytes, end, end + 4).word() !== crc32c(bytes, HEADER_BYTES, end)) {
    throw new BlockDamage(WHAT, 'checksum does not match');
  }
  return parseEntries(cursor.set(bytes, HEADER_BYTES, end));
}

function parseEntries(cursor: Cursor): Tombstones {
  const found = new Map<number, Interval[]>();
  while (cursor.at < cursor.end) {
    const series = cursor.uvarint();
    const fromMs = cursor.varint();
    const toMs = cursor.varint();
    if (cursor.isShort) throw new BlockDamage(WHAT, `entry before ${cursor.at} is cut short`);
    if (fromMs > toMs) {
      throw new BlockDamage(WHAT, `entry before ${cursor.at} is from ${fromMs} to ${toMs}`);
    }
    const intervals = found.get(series);
    if (intervals === undefined) found.set(series, [{ fromMs, toMs }]);
    else intervals.push({ fromMs, toMs });
  }
  return new Map(Array.from(found, ([series, intervals]) => [series, joinIntervals(intervals)]));
}

/** Ranges in order and joined where they touch; at once, since a file may hold millions. */
function joinIntervals(intervals: Interval[]): readonly Interval[] {
  intervals.sort((a, b) => a.fromMs - b.fromMs);
  const joined: Interval[] = [];
  for (const { fromMs, toMs } of intervals) {
    const last = joined.at(-1);
    if (last === undefined || fromMs > last.toMs + 1) joined.push({ fromMs, toMs });
    else joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) };
  }
  return joined;
}
