/**
 * The encoders of the series whose newest chunk holds histograms.
 *
 * Unlike those of floats they are objects: a histogram is one object anyway, and the series that
 * have them are few beside all others. What readers need is in the columns and blocks of
 * OpenChunks; an encoder is made anew from them after a restart, when its series is next written.
 */
import type { Histogram } from '../series/index.ts';
import { BitWriter } from './bit-stream.ts';
import { CHUNK_XOR } from './chunk-kind.ts';
import { decodeHistograms } from './histogram-decoder.ts';
import { HistogramEncoder, kindOf } from './histogram-encoder.ts';
import {
  CHUNK_SAMPLES_MAX,
  HISTOGRAM_CHUNK_BYTES,
  HISTOGRAM_CHUNK_BYTES_MAX,
  HISTOGRAM_CHUNK_SAMPLES_MIN,
} from './limits.ts';
import type { OpenChunks } from './open-chunks.ts';
import type { ChunkWords } from './xor-decode.ts';

export class OpenHistograms {
  readonly #open: OpenChunks;
  /** The open chunk of a slot, decoded when its encoder must be made anew. */
  readonly #openChunk: (slot: number) => ChunkWords;
  readonly #encoders = new Map<number, HistogramEncoder>();
  readonly #writer = new BitWriter();

  constructor(open: OpenChunks, openChunk: (slot: number) => ChunkWords) {
    this.#open = open;
    this.#openChunk = openChunk;
  }

  /** The newest histogram of a slot, where that is its newest sample and known. */
  last(slot: number): Histogram | undefined {
    return this.#open.kind[slot] === CHUNK_XOR ? undefined : this.#encoderOf(slot).last;
  }

  /** Whether a histogram can go into the open chunk of a slot, which then holds histograms. */
  canAdd(slot: number, timeMs: number, histogram: Histogram): boolean {
    const open = this.#open;
    if (open.kind[slot] === CHUNK_XOR || open.isOver(slot, timeMs) || this.#isFull(slot)) {
      return false;
    }
    return this.#encoderOf(slot).canTake(histogram);
  }

  /** Begins a chunk. */
  begin(slot: number, timeMs: number, histogram: Histogram): void {
    const encoder = this.#encoders.get(slot) ?? new HistogramEncoder();
    this.#encoders.set(slot, encoder);
    this.#writer.clear();
    encoder.begin(this.#writer, timeMs, histogram);
    this.#open.beginBits(slot, timeMs, kindOf(histogram));
    this.#open.addBits(slot, timeMs, this.#writer, histogram.sum);
  }

  /** Adds to the open chunk what `canAdd` has let through. */
  add(slot: number, timeMs: number, histogram: Histogram): void {
    this.#writer.clear();
    this.#encoderOf(slot).add(this.#writer, timeMs, histogram);
    this.#open.addBits(slot, timeMs, this.#writer, histogram.sum);
  }

  /** Whether a staleness marker can go into the open chunk of a slot. */
  canAddStale(slot: number, timeMs: number): boolean {
    const open = this.#open;
    return open.kind[slot] !== CHUNK_XOR && !open.isOver(slot, timeMs) && !this.#isFull(slot);
  }

  addStale(slot: number, timeMs: number): void {
    this.#writer.clear();
    this.#encoderOf(slot).addStale(this.#writer, timeMs);
    this.#open.addBits(slot, timeMs, this.#writer, undefined);
  }

  /** Forgets a slot, whose next sample is a float or of another series. */
  forget(slot: number): void {
    this.#encoders.delete(slot);
  }

  get memoryBytes(): number {
    return this.#encoders.size * ENCODER_BYTES;
  }

  #isFull(slot: number): boolean {
    const bytes = this.#open.bitCount(slot) / 8;
    const count = this.#open.count[slot];
    const isLong = bytes >= HISTOGRAM_CHUNK_BYTES && count >= HISTOGRAM_CHUNK_SAMPLES_MIN;
    return isLong || bytes >= HISTOGRAM_CHUNK_BYTES_MAX || count >= CHUNK_SAMPLES_MAX;
  }

  #encoderOf(slot: number): HistogramEncoder {
    const known = this.#encoders.get(slot);
    if (known !== undefined) return known;
    const encoder = new HistogramEncoder();
    this.#encoders.set(slot, encoder);
    if (this.#open.count[slot] > 0) resume(encoder, this.#openChunk(slot));
    return encoder;
  }
}

/** An encoder of twenty buckets with its newest histogram, as measured. */
const ENCODER_BYTES = 1_500;

/** Leads an encoder to where it was, by writing once more what it wrote. */
function resume(encoder: HistogramEncoder, chunk: ChunkWords): void {
  const writer = new BitWriter();
  let isFirst = true;
  decodeHistograms(chunk, (timeMs, histogram) => {
    writer.clear();
    if (histogram === undefined) encoder.addStale(writer, timeMs);
    else if (isFirst) encoder.begin(writer, timeMs, histogram);
    else encoder.add(writer, timeMs, histogram);
    isFirst = false;
    return true;
  });
}
