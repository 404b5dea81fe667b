/**
 * Snappy's block format, which remote write and remote read are compressed with
 * (google/snappy, format_description.txt).
 *
 * A block is the length of what it holds, as a varint, and elements of two kinds: literals, which
 * are bytes as they are, and copies of bytes that came before. The compressor looks for four equal
 * bytes within the last 64 KiB by a table of hashes, and takes longer steps where it finds none, so
 * that data without repetition costs little. It never makes copies of the longest kind (four bytes
 * of offset), because its blocks are no longer than 64 KiB.
 */
import { invalid } from '../platform/index.ts';

const BLOCK_BYTES = 65_536;
const HASH_BITS = 14;
/** Close to the end of a block nothing is looked for: comparing four bytes must not go beyond it. */
const MARGIN_BYTES = 15;
/** Below this many bytes a loop is faster than a call into the engine's own copying. */
const SHORT_BYTES = 24;

/**
 * Unpacks a block. Throws `SNAPPY_INVALID` where the bytes make no sense, and `SNAPPY_TOO_LARGE`
 * before it allocates where they claim to hold more than the bound.
 */
export function unpackSnappy(packed: Uint8Array, bytesMax: number): Uint8Array {
  const { length, at } = readLength(packed);
  if (length > bytesMax) {
    throw invalid('SNAPPY_TOO_LARGE', `${length} bytes when unpacked; at most ${bytesMax}`);
  }
  // An element of 3 bytes makes 64 at most, so a lie is seen before it costs memory.
  if (length > (packed.length - at) * 22 + 64) {
    throw broken(`${packed.length} bytes cannot hold the ${length} that they claim to`);
  }
  const out = Buffer.allocUnsafeSlow(length);
  const end = unpackElements(packed, at, out);
  if (end !== length) throw broken(`it claims to hold ${length} bytes and holds ${end}`);
  return out;
}

function readLength(packed: Uint8Array): { readonly length: number; readonly at: number } {
  let length = 0;
  for (let at = 0; at < Math.min(5, packed.length); at++) {
    length += (packed[at] & 0x7f) * 2 ** (7 * at);
    if (packed[at] < 0x80) return { length, at: at + 1 };
  }
  throw broken('its length is not complete');
}

/** Answers how many bytes came out. */
function unpackElements(packed: Uint8Array, from: number, out: Uint8Array): number {
  let at = from;
  let to = 0;
  while (at < packed.length) {
    const tag = packed[at++];
    if ((tag & 3) === 0) {
      const long = tag >>> 2 < 60 ? 0 : (tag >>> 2) - 59;
      const length = 1 + (long === 0 ? tag >>> 2 : readLittle(packed, at, long));
      at += long;
      takeLiteral(packed, at, out, to, length);
      at += length;
      to += length;
      continue;
    }
    const width = (tag & 3) === 3 ? 4 : tag & 3;
    const length = width === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2);
    const rest = readLittle(packed, at, width);
    at += width;
    copyBack(out, to, width === 1 ? ((tag >>> 5) << 8) | rest : rest, length);
    to += length;
  }
  return to;
}

function takeLiteral(
  packed: Uint8Array,
  at: number,
  out: Uint8Array,
  to: number,
  length: number,
): void {
  if (length > packed.length - at || length > out.length - to) {
    throw broken(`a literal of ${length} bytes goes beyond the end`);
  }
  if (length < SHORT_BYTES) {
    for (let i = 0; i < length; i++) out[to + i] = packed[at + i];
  } else {
    out.set(packed.subarray(at, at + length), to);
  }
}

function copyBack(out: Uint8Array, to: number, offset: number, length: number): void {
  if (offset === 0 || offset > to) {
    throw broken(`a copy reaches ${offset} bytes back, of ${to} that there are`);
  }
  if (length > out.length - to) throw broken(`a copy of ${length} bytes goes beyond the end`);
  // Where the two overlap the bytes repeat, so they go one by one.
  if (length < SHORT_BYTES || offset < length) {
    for (let i = 0; i < length; i++) out[to + i] = out[to - offset + i];
  } else {
    out.copyWithin(to, to - offset, to - offset + length);
  }
}

function readLittle(bytes: Uint8Array, at: number, width: number): number {
  if (width > bytes.length - at) throw broken('it ends within an element');
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}

function broken(why: string): Error {
  return invalid('SNAPPY_INVALID', `not a valid snappy block: ${why}`);
}

const table = new Uint16Array(1 << HASH_BITS);

/** Packs bytes into a block. */
export function packSnappy(bytes: Uint8Array): Uint8Array {
  // Literals cost at most one byte in six, and copies make it shorter (snappy's own bound).
  const out = Buffer.allocUnsafeSlow(32 + bytes.length + Math.ceil(bytes.length / 6));
  let to = 0;
  let rest = bytes.length;
  while (rest >= 0x80) {
    out[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  out[to++] = rest;
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    to = packBlock(bytes.subarray(from, from + BLOCK_BYTES), out, to);
  }
  return out.subarray(0, to);
}

function packBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  const end = block.length - MARGIN_BYTES;
  let to = start;
  let literalFrom = 0;
  if (end > 1) {
    table.fill(0);
    let at = 1;
    let misses = 0;
    while (at < end) {
      const word = wordAt(block, at);
      const hash = Math.imul(word, 0x1e35a7bd) >>> (32 - HASH_BITS);
      const candidate = table[hash];
      table[hash] = at;
      if (candidate >= at || wordAt(block, candidate) !== word) {
        // After 32 misses in a row steps of two, after 64 of three: there is little to find here.
        at += 1 + (misses++ >> 5);
        continue;
      }
      misses = 0;
      const length = matchLength(block, candidate, at);
      to = putLiteral(out, to, block.subarray(literalFrom, at));
      to = putCopy(out, to, at - candidate, length);
      at += length;
      literalFrom = at;
    }
  }
  return literalFrom < block.length ? putLiteral(out, to, block.subarray(literalFrom)) : to;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

function matchLength(block: Uint8Array, candidate: number, at: number): number {
  let length = 4;
  while (at + length < block.length && block[candidate + length] === block[at + length]) length++;
  return length;
}

function putLiteral(out: Uint8Array, to: number, literal: Uint8Array): number {
  if (literal.length === 0) return to;
  const last = literal.length - 1;
  let at = to;
  if (last < 60) {
    out[at++] = last << 2;
  } else if (last < 256) {
    out[at++] = 60 << 2;
    out[at++] = last;
  } else {
    out[at++] = 61 << 2;
    out[at++] = last & 0xff;
    out[at++] = last >>> 8;
  }
  out.set(literal, at);
  return at + literal.length;
}

/** A copy takes 64 bytes at most, and one of less than 4 would have no short form. */
function putCopy(out: Uint8Array, to: number, offset: number, length: number): number {
  let at = to;
  let rest = length;
  while (rest > 0) {
    const part = rest >= 68 ? 64 : rest > 64 ? 60 : rest;
    if (part >= 4 && part <= 11 && offset < 2048) {
      out[at++] = 1 | ((part - 4) << 2) | ((offset >>> 8) << 5);
      out[at++] = offset & 0xff;
    } else {
      out[at++] = 2 | ((part - 1) << 2);
      out[at++] = offset & 0xff;
      out[at++] = offset >>> 8;
    }
    rest -= part;
  }
  return at;
}
