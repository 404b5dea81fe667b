/** Goes through the matching series of one block that have chunks in a range, in order of labels. */
import { compareLabels, isStale, type Labels } from '../../series/index.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import type { Block } from './block.ts';
import { type ChunkDecoder, dropIntervals } from './chunk-decoder.ts';
import type { SeriesEntry } from './index-reader.ts';
import { coversRange, type Interval } from './tombstones.ts';

const NO_INTERVALS: readonly Interval[] = [];

export class BlockCursor {
  readonly block: Block;
  /** Of the series at hand; undefined after the last. */
  labels: Labels | undefined;
  /** Samples of the series at hand, after `read`. */
  readonly samples = new SampleBuffer();
  readonly #ids: Uint32Array;
  readonly #range: Interval;
  readonly #decoder: ChunkDecoder;
  readonly #onDamage: (error: unknown) => void;
  #next = 0;
  #id = 0;
  /** Chunks of the series at hand that lie in the range. */
  readonly #refs: number[] = [];
  readonly #minMs: number[] = [];
  readonly #maxMs: number[] = [];

  constructor(options: {
    readonly block: Block;
    readonly ids: Uint32Array;
    readonly range: Interval;
    readonly decoder: ChunkDecoder;
    /** Hears of chunks that cannot be read; they are left out. */
    readonly onDamage: (error: unknown) => void;
  }) {
    this.block = options.block;
    this.#range = options.range;
    this.#decoder = options.decoder;
    this.#onDamage = options.onDamage;
    this.#ids = inOrder(options.block, options.ids);
    // Opened now, so that a block which is deleted meanwhile can be read to the end.
    options.block.segments();
    this.advance();
  }

  /** Steps to the next series. Throws `BlockDamage`. */
  advance(): void {
    const index = this.block.index();
    while (this.#next < this.#ids.length) {
      this.#id = this.#ids[this.#next++];
      const entry = index.series(this.#id);
      if (!this.#takeChunks(entry)) continue;
      this.labels = index.labels(entry.labels);
      return;
    }
    this.labels = undefined;
  }

  #takeChunks({ minMs, maxMs, refs }: SeriesEntry): boolean {
    const { fromMs, toMs } = this.#range;
    const gone = this.#intervals();
    this.#refs.length = 0;
    this.#minMs.length = 0;
    this.#maxMs.length = 0;
    for (let i = 0; i < refs.length; i++) {
      if (maxMs[i] < fromMs || minMs[i] > toMs || coversRange(gone, minMs[i], maxMs[i])) continue;
      this.#refs.push(refs[i]);
      this.#minMs.push(minMs[i]);
      this.#maxMs.push(maxMs[i]);
    }
    return this.#refs.length > 0;
  }

  #intervals(): readonly Interval[] {
    return this.block.tombstones.get(this.#id) ?? NO_INTERVALS;
  }

  /** Reads the samples of the series at hand. */
  read(): SampleBuffer {
    const { samples } = this;
    samples.clear();
    for (const ref of this.#refs) this.#readChunk(ref);
    const gone = this.#intervals();
    if (gone.length > 0) dropIntervals(samples, gone);
    return samples;
  }

  /**
   * Counts the samples of the series at hand that are no staleness markers. Chunks that lie in the
   * range whole and of which it is known are not looked at.
   */
  count(): number {
    const { samples } = this;
    samples.clear();
    const gone = this.#intervals();
    let count = 0;
    for (let i = 0; i < this.#refs.length; i++) {
      const known = this.#knownCount(i, gone);
      if (known >= 0) count += known;
      else this.#readChunk(this.#refs[i]);
    }
    if (gone.length > 0) dropIntervals(samples, gone);
    for (let i = 0; i < samples.count; i++) if (!isStale(samples.bits, i)) count++;
    return count;
  }

  #knownCount(i: number, gone: readonly Interval[]): number {
    const { fromMs, toMs } = this.#range;
    const minMs = this.#minMs[i];
    const maxMs = this.#maxMs[i];
    const isTouched = gone.some((part) => part.fromMs <= maxMs && part.toMs >= minMs);
    if (isTouched || minMs < fromMs || maxMs > toMs) return Number.NaN;
    try {
      return this.block.knownCount(this.#refs[i]);
    } catch (error) {
      this.#onDamage(error);
      return Number.NaN;
    }
  }

  /** Reads the newest sample of the series at hand. */
  readNewest(): SampleBuffer {
    const { samples } = this;
    samples.clear();
    const gone = this.#intervals();
    for (let i = this.#refs.length - 1; i >= 0 && samples.count === 0; i--) {
      this.#readChunk(this.#refs[i]);
      if (gone.length > 0) dropIntervals(samples, gone);
      samples.keepNewest();
    }
    return samples;
  }

  #readChunk(ref: number): void {
    try {
      const counterStartMs = this.block.counterStartMs(ref);
      const { encoding, data } = this.block.segments().read(ref);
      const chunk = { encoding, data, counterStartMs };
      this.#decoder.decode(chunk, this.#range, this.samples);
    } catch (error) {
      this.#onDamage(error);
    }
  }
}

/**
 * Numbers of series in order of labels. Files are in the order of UTF-8 bytes; ours is that of UTF-16
 * units, nearly always the same.
 */
export function inOrder(block: Block, ids: Uint32Array): Uint32Array {
  const index = block.index();
  if (index.symbols.isPlainOrder) return ids;
  const labelled = Array.from(ids, (id) => ({ id, labels: index.labels(index.series(id).labels) }));
  labelled.sort((a, b) => compareLabels(a.labels, b.labels));
  return Uint32Array.from(labelled, ({ id }) => id);
}
