/** Encodes runs of floats that are in memory: of blocks that were merged, or of text. */
import { BlockPool } from '../block-pool.ts';
import { CHUNK_BYTES_MAX, CHUNK_SAMPLES_MAX } from '../limits.ts';
import { OpenChunks } from '../open-chunks.ts';
import type { TimedChunk } from './block-writer.ts';
import { ENCODING_XOR } from './chunk-segments.ts';

/** Times and values as bits, of one series in order of time. */
export interface FloatRun {
  readonly timesMs: Float64Array;
  readonly bits: Uint32Array;
}

export class XorEncoder {
  readonly #pool = new BlockPool(1);
  readonly #open = new OpenChunks(this.#pool);
  readonly #words = new Uint32Array(CHUNK_BYTES_MAX / 4 + 8);

  constructor() {
    this.#open.grow(1);
  }

  /** Chunks of the samples from an index up to another; none of the memory is used again. */
  *encode(run: FloatRun, from: number, to: number): IterableIterator<TimedChunk> {
    for (let start = from; start < to; start += CHUNK_SAMPLES_MAX) {
      yield this.#encodeOne(run, start, Math.min(to, start + CHUNK_SAMPLES_MAX));
    }
  }

  #encodeOne({ timesMs, bits }: FloatRun, from: number, to: number): TimedChunk {
    const open = this.#open;
    open.reset(0, CHUNK_SAMPLES_MAX);
    open.begin(0, timesMs[from], bits[2 * from], bits[2 * from + 1], Infinity);
    for (let i = from + 1; i < to; i++) open.add(0, timesMs[i], bits[2 * i], bits[2 * i + 1]);
    open.finish(0);
    open.gather(0, this.#words);
    const data = new Uint8Array(2 + Math.ceil(open.bitCount(0) / 8));
    data[0] = (to - from) >>> 8;
    data[1] = to - from;
    for (let i = 2; i < data.length; i++) {
      data[i] = this.#words[(i - 2) >>> 2] >>> (24 - 8 * ((i - 2) & 3));
    }
    this.#pool.free(open.firstBlock[0]);
    return { encoding: ENCODING_XOR, data, minMs: timesMs[from], maxMs: timesMs[to - 1] };
  }
}
