/** Samples of one series while it is read; the arrays grow and are used again. */
import { type Histogram, type Samples, setStale } from '../series/index.ts';
import { CHUNK_XOR } from './chunk-kind.ts';
import { growDoubles } from './grow.ts';
import { decodeHistograms } from './histogram-decoder.ts';
import { type ChunkWords, decodeXor, takeXor, type XorCursor } from './xor-decode.ts';

export class SampleBuffer implements Samples {
  count = 0;
  timesMs = new Float64Array(128);
  values = new Float64Array(128);
  bits = new Uint32Array(this.values.buffer);

  /** Undefined as long as all samples are floats; else as long as `count`. */
  histograms: (Histogram | undefined)[] | undefined;

  /** When the counters behind the samples began; undefined as long as that is unknown for all. */
  startTimesMs: Float64Array | undefined;

  clear(): void {
    this.count = 0;
    this.histograms = undefined;
    this.startTimesMs = undefined;
  }

  /** Keeps the first samples only. */
  truncate(count: number): void {
    this.count = Math.min(count, this.count);
    if (this.histograms !== undefined) this.histograms.length = this.count;
  }

  /** Adds the samples of a chunk that lie in [fromMs, toMs] and are newer than those before. */
  decode(chunk: ChunkWords, fromMs: number, toMs: number): void {
    const { sampleCount, counterStartMs } = chunk;
    this.#reserve(sampleCount);
    const before = this.count;
    if (chunk.kind === CHUNK_XOR) {
      this.count = decodeXor(chunk, fromMs, toMs, this, before);
      if (this.histograms !== undefined) fillTo(this.histograms, this.count);
    } else {
      this.#decodeHistograms(chunk, fromMs, toMs);
    }
    this.#noteStart(counterStartMs, before);
  }

  /**
   * Adds floats: makes room for so many, lets `decode` write them into the arrays from an index on,
   * and takes what it answers, the index after the last.
   */
  addFloats(sampleCount: number, counterStartMs: number, decode: (from: number) => number): void {
    this.#reserve(sampleCount);
    const before = this.count;
    this.count = decode(before);
    if (this.histograms !== undefined) fillTo(this.histograms, this.count);
    this.#noteStart(counterStartMs, before);
  }

  /** Drops the first samples, of floats alone. */
  dropFirst(count: number): void {
    this.timesMs.copyWithin(0, count, this.count);
    this.bits.copyWithin(0, 2 * count, 2 * this.count);
    this.count -= count;
  }

  /** The same, of a chunk of floats, from a cursor on that has been moved to before the range. */
  take(chunk: ChunkWords, cursor: XorCursor, fromMs: number, toMs: number): void {
    this.#reserve(chunk.sampleCount - cursor.count + 1);
    const before = this.count;
    this.count = takeXor(chunk, cursor, fromMs, toMs, this, before);
    if (this.histograms !== undefined) fillTo(this.histograms, this.count);
    this.#noteStart(chunk.counterStartMs, before);
  }

  /** Notes of the samples from an index on when their counter began. */
  #noteStart(counterStartMs: number, from: number): void {
    if (counterStartMs === 0 && this.startTimesMs === undefined) return;
    this.startTimesMs ??= new Float64Array(this.timesMs.length);
    this.startTimesMs.fill(counterStartMs, from, this.count);
  }

  #decodeHistograms(chunk: ChunkWords, fromMs: number, toMs: number): void {
    this.histograms ??= [];
    const { histograms } = this;
    fillTo(histograms, this.count);
    let lastMs = this.count > 0 ? this.timesMs[this.count - 1] : -Infinity;
    decodeHistograms(chunk, (timeMs, histogram) => {
      if (timeMs > toMs) return false;
      if (timeMs < fromMs || timeMs <= lastMs) return true;
      lastMs = timeMs;
      this.timesMs[this.count] = timeMs;
      if (histogram === undefined) setStale(this.bits, this.count);
      else this.values[this.count] = histogram.sum;
      histograms.push(histogram);
      this.count++;
      return true;
    });
  }

  /** Sets the only sample, a float. */
  set(timeMs: number, low: number, high: number, counterStartMs: number): void {
    this.count = 1;
    this.timesMs[0] = timeMs;
    this.bits[0] = low;
    this.bits[1] = high;
    this.histograms = undefined;
    this.startTimesMs = undefined;
    this.#noteStart(counterStartMs, 0);
  }

  /** Drops all samples but the newest. */
  keepNewest(): void {
    const last = this.count - 1;
    if (last <= 0) return;
    const histogram = this.histograms?.[last];
    const startMs = this.startTimesMs?.[last] ?? 0;
    this.set(this.timesMs[last], this.bits[2 * last], this.bits[2 * last + 1], startMs);
    this.histograms = histogram === undefined ? undefined : [histogram];
  }

  #reserve(count: number): void {
    const need = this.count + count;
    if (need <= this.timesMs.length) return;
    const capacity = Math.max(need, this.timesMs.length * 2);
    this.timesMs = growDoubles(this.timesMs, capacity);
    if (this.startTimesMs !== undefined) {
      this.startTimesMs = growDoubles(this.startTimesMs, capacity);
    }
    // As words: a copy as doubles could lose the payload of NaNs.
    const bits = new Uint32Array(capacity * 2);
    bits.set(this.bits);
    this.bits = bits;
    this.values = new Float64Array(bits.buffer);
  }
}

/** Makes a list as long as `count` with samples that are no histograms. */
function fillTo(histograms: (Histogram | undefined)[], count: number): void {
  while (histograms.length < count) histograms.push(undefined);
}
