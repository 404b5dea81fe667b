/** Samples of one series while it is read; the arrays grow and are used again. */
import type { Samples } from '../series/index.ts';
import { growDoubles } from './grow.ts';
import { type ChunkWords, decodeXor } from './xor-decode.ts';

export class SampleBuffer implements Samples {
  count = 0;
  timesMs = new Float64Array(128);
  values = new Float64Array(128);
  bits = new Uint32Array(this.values.buffer);

  clear(): void {
    this.count = 0;
  }

  /** Adds the samples of a chunk that lie in [fromMs, toMs] and are newer than those before. */
  decode(chunk: ChunkWords, fromMs: number, toMs: number): void {
    this.#reserve(chunk.sampleCount);
    this.count = decodeXor(chunk, fromMs, toMs, this, this.count);
  }

  /** Sets the only sample. */
  set(timeMs: number, low: number, high: number): void {
    this.count = 1;
    this.timesMs[0] = timeMs;
    this.bits[0] = low;
    this.bits[1] = high;
  }

  /** Drops all samples but the newest. */
  keepNewest(): void {
    const last = this.count - 1;
    if (last > 0) this.set(this.timesMs[last], this.bits[2 * last], this.bits[2 * last + 1]);
  }

  #reserve(count: number): void {
    const need = this.count + count;
    if (need <= this.timesMs.length) return;
    const capacity = Math.max(need, this.timesMs.length * 2);
    this.timesMs = growDoubles(this.timesMs, capacity);
    // As words: a copy as doubles could lose the payload of NaNs.
    const bits = new Uint32Array(capacity * 2);
    bits.set(this.bits);
    this.bits = bits;
    this.values = new Float64Array(bits.buffer);
  }
}
