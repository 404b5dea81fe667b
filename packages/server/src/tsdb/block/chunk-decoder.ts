/** Decodes chunks of blocks to samples; one for each reader, for its memory. */
import type { Histogram } from '../../series/index.ts';
import { isChunkKind } from '../chunk-kind.ts';
import { DenseDecoder } from '../dense/dense-decoder.ts';
import { CHUNK_DENSE } from '../dense/dense-format.ts';
import type { SampleBuffer } from '../sample-buffer.ts';
import { countSamples, type EncodedChunk } from './chunk-segments.ts';
import { BlockDamage } from './damage.ts';
import type { Interval } from './tombstones.ts';

/** Words that the decoder looks ahead. */
const LOOK_AHEAD_WORDS = 4;

/** A chunk, and when the counter behind it began; 0 where that is unknown. */
interface StartedChunk extends EncodedChunk {
  readonly counterStartMs: number;
}

export class ChunkDecoder {
  #words = new Uint32Array(1024);
  /** Made when the first dense chunk comes: most readers look at the last hours only. */
  #dense: DenseDecoder | undefined;

  /** Adds the samples of a chunk in [fromMs, toMs] to a buffer. Throws `BlockDamage`. */
  decode(chunk: StartedChunk, range: Interval, buffer: SampleBuffer): void {
    const { data, encoding, counterStartMs } = chunk;
    if (encoding === CHUNK_DENSE) {
      this.#dense ??= new DenseDecoder();
      const dense = this.#dense;
      buffer.addFloats(countSamples(chunk), counterStartMs, (from) =>
        dense.decode(data, range.fromMs, range.toMs, buffer, from),
      );
      return;
    }
    if (!isChunkKind(encoding)) {
      throw new BlockDamage('chunk', `has encoding ${encoding}, which is not known`);
    }
    const sampleCount = countSamples(chunk);
    const bitCount = (data.length - 2) * 8;
    // All samples but the first take two bits or more, so a larger count is damage.
    if (sampleCount > bitCount) throw new BlockDamage('chunk', `has ${sampleCount} samples`);
    this.#toWords(data);
    const words = this.#words;
    const stream = {
      kind: encoding,
      isLate: false,
      counterStartMs,
      words,
      bitCount,
      sampleCount,
    };
    buffer.decode(stream, range.fromMs, range.toMs);
  }

  /** The stream as the decoder wants it: words, the first bit at the top. */
  #toWords(data: Uint8Array): void {
    const count = Math.ceil((data.length - 2) / 4) + LOOK_AHEAD_WORDS;
    if (count > this.#words.length) this.#words = new Uint32Array(count * 2);
    const words = this.#words;
    for (let i = 2, word = 0; word < count; i += 4, word++) {
      words[word] = (data[i] << 24) | (data[i + 1] << 16) | (data[i + 2] << 8) | data[i + 3];
    }
  }
}

/** Samples that can be changed. */
interface SampleColumns {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly bits: Uint32Array;
  readonly histograms: (Histogram | undefined)[] | undefined;
  readonly startTimesMs?: Float64Array | undefined;
  truncate(count: number): void;
}

/** Takes samples within any of the ranges out. */
export function dropIntervals(buffer: SampleColumns, intervals: readonly Interval[]): void {
  const { timesMs, bits, histograms, startTimesMs } = buffer;
  let kept = 0;
  for (let i = 0; i < buffer.count; i++) {
    const timeMs = timesMs[i];
    if (intervals.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs)) continue;
    timesMs[kept] = timeMs;
    bits[2 * kept] = bits[2 * i];
    bits[2 * kept + 1] = bits[2 * i + 1];
    if (histograms !== undefined) histograms[kept] = histograms[i];
    if (startTimesMs !== undefined) startTimesMs[kept] = startTimesMs[i];
    kept++;
  }
  buffer.truncate(kept);
}
