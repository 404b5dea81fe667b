/**
 * Makes longer XOR chunks of several that follow one another, for blocks of a window: each chunk that
 * is one with the one before it saves some 30 bytes of header, first sample and index.
 *
 * Nearly all bits are copied. A chunk's first sample, which stands whole, is written as a change; so is
 * the distance to its second, which stood as a number. From the second value on the stream says nothing
 * that depends on where it stands: its first change of bits brings the window along.
 */
import { BitWriter } from '../bit-stream.ts';
import { ByteWriter } from '../bytes.ts';
import { CHUNK_XOR } from '../chunk-kind.ts';
import { setWords } from '../dense/words.ts';
import { XorColumn } from '../xor-column.ts';
import { beginXor, type ChunkWords, peek, skipXor, XorCursor } from '../xor-decode.ts';
import type { TimedChunk } from './block-writer.ts';
import { countSamples } from './chunk-segments.ts';
import { CHAINED_SAMPLES_MAX } from './limits.ts';

const TWO_32 = 2 ** 32;
const COUNT_BYTES = 2;

export class XorChain {
  readonly #writer = new BitWriter();
  #words = new Uint32Array(512);
  /** What was taken in and not given out: the first chunk as it came, and what all have. */
  #first: TimedChunk | undefined;
  #maxMs = 0;
  #count = 0;
  #hasMarker = false;
  /** Whether they are in the writer; a chunk that stays alone is not taken apart. */
  #isOpen = false;
  /** On the last sample of them, whose distance to the one before is theirs, too. */
  #end = new XorCursor();
  readonly #second = new XorCursor();

  /** The chunks of a series, in order of time and apart, as fewer ones. */
  *chain(chunks: Iterable<TimedChunk>): IterableIterator<TimedChunk> {
    for (const chunk of chunks) {
      const stream = chunk.encoding === CHUNK_XOR ? this.#open(chunk) : undefined;
      const end = stream === undefined ? undefined : walk(stream, new XorCursor());
      if (stream !== undefined && end !== undefined && this.#canTake(chunk)) {
        this.#take(chunk, end);
        continue;
      }
      yield* this.#give();
      // What cannot be read to its end stays as it is, for readers to tell.
      if (end === undefined) yield chunk;
      else this.#begin(chunk, end);
    }
    yield* this.#give();
  }

  #canTake(chunk: TimedChunk): boolean {
    const first = this.#first;
    const isShort = this.#count + countSamples(chunk) <= CHAINED_SAMPLES_MAX;
    return first !== undefined && isShort && first.counterStartMs === chunk.counterStartMs;
  }

  #begin(chunk: TimedChunk, end: XorCursor): void {
    this.#first = chunk;
    this.#isOpen = false;
    this.#count = countSamples(chunk);
    this.#hasMarker = chunk.hasMarker;
    this.#maxMs = chunk.maxMs;
    this.#end = end;
  }

  /** Adds a chunk to those that are there; `next` is on its last sample. */
  #take(chunk: TimedChunk, next: XorCursor): void {
    this.#writeFirst();
    const stream = this.#open(chunk);
    const end = this.#end;
    const { at: endAt } = next;
    const first = this.#second;
    beginXor(stream, first);
    const headBits = first.at;
    const deltaMs = first.timeMs - end.timeMs;
    // After a single sample the distance is the first, which stands as a number.
    if (this.#count === 1) putVarint(this.#writer, deltaMs);
    else putChange(this.#writer, deltaMs - end.deltaMs);
    const column = new XorColumn(1);
    column.bits.set([end.low, end.high]);
    column.put(this.#writer, 0, first.low, first.high);
    if (stream.sampleCount > 1) {
      const { deltaMs: secondMs } = walk({ ...stream, sampleCount: 2 }, this.#second) ?? first;
      putChange(this.#writer, secondMs - deltaMs);
      this.#copyBits(headBits + varintBits(secondMs), endAt);
    } else {
      next.deltaMs = deltaMs;
    }
    this.#end = next;
    this.#count += stream.sampleCount;
    this.#hasMarker ||= chunk.hasMarker;
    this.#maxMs = chunk.maxMs;
  }

  #writeFirst(): void {
    if (this.#isOpen || this.#first === undefined) return;
    this.#isOpen = true;
    this.#writer.clear();
    this.#open(this.#first);
    this.#copyBits(0, this.#end.at);
  }

  #open(chunk: TimedChunk): ChunkWords {
    const { data } = chunk;
    this.#words = setWords(this.#words, data, COUNT_BYTES);
    return {
      kind: CHUNK_XOR,
      isLate: false,
      counterStartMs: 0,
      words: this.#words,
      bitCount: (data.length - COUNT_BYTES) * 8,
      sampleCount: countSamples(chunk),
    };
  }

  #copyBits(from: number, end: number): void {
    let at = from;
    for (; at + 32 <= end; at += 32) this.#writer.put(peek(this.#words, at), 32);
    const rest = end - at;
    if (rest > 0) this.#writer.put(peek(this.#words, at) >>> (32 - rest), rest);
  }

  *#give(): IterableIterator<TimedChunk> {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    if (!this.#isOpen) {
      yield first;
      return;
    }
    this.#isOpen = false;
    const data = new ByteWriter(this.#writer.bitCount / 8 + 8);
    data.byte(this.#count >>> 8);
    data.byte(this.#count & 0xff);
    data.bits(this.#writer);
    const hasMarker = this.#hasMarker;
    yield { ...first, data: data.written(), maxMs: this.#maxMs, hasMarker };
  }
}

/** Puts a cursor on the last sample; undefined where the stream ends before. */
function walk(stream: ChunkWords, cursor: XorCursor): XorCursor | undefined {
  const isThere = beginXor(stream, cursor);
  skipXor(stream, cursor, Infinity);
  return isThere && cursor.count === stream.sampleCount ? cursor : undefined;
}

function varintBits(value: number): number {
  let bits = 8;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bits += 8;
  return bits;
}

function putVarint(writer: BitWriter, value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) writer.put((rest % 128) | 128, 8);
  writer.put(rest, 8);
}

/** The change of the distance between samples; ranges as in xor-decode.ts. */
function putChange(writer: BitWriter, change: number): void {
  if (change === 0) {
    writer.put(0, 1);
  } else if (change >= -0x1fff && change <= 0x2000) {
    writer.put(0x8000 | (change & 0x3fff), 16);
  } else if (change >= -0xffff && change <= 0x10000) {
    writer.put(0xc0000 | (change & 0x1ffff), 20);
  } else if (change >= -0x7ffff && change <= 0x80000) {
    writer.put(0xe00000 | (change & 0xfffff), 24);
  } else {
    writer.put(0b1111, 4);
    writer.put(Math.floor(change / TWO_32) | 0, 32);
    writer.put(change | 0, 32);
  }
}
