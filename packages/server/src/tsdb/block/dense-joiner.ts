/**
 * Chunks of one series for a dense block: floats of chunks that follow one another become dense
 * chunks, many times as long; histograms stay as they are.
 *
 * Dense chunks that are long already are taken as they are, so that blocks which are made one of
 * dense ones cost little.
 */
import { isStale } from '../../series/index.ts';
import { DenseEncoder } from '../dense/dense-encoder.ts';
import { CHUNK_DENSE } from '../dense/dense-format.ts';
import { DENSE_SAMPLES_MAX } from '../dense/limits.ts';
import { CHUNK_XOR } from '../chunk-kind.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import type { TimedChunk } from './block-writer.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { ChunkJoiner, type JoinedChunk } from './chunk-joiner.ts';
import { countSamples } from './chunk-segments.ts';
import { RunEncoder } from './run-encoder.ts';
import type { Interval } from './tombstones.ts';

const ALL_TIME: Interval = { fromMs: -Infinity, toMs: Infinity };

export class DenseJoiner {
  /** Puts chunks in order and takes out what was deleted. */
  readonly #joiner = new ChunkJoiner({ isDenseKept: true });
  readonly #decoder = new ChunkDecoder();
  readonly #encoder = new DenseEncoder();
  /** For times that lie too far apart, which nearly never come. */
  #runEncoder: RunEncoder | undefined;
  readonly #buffer = new SampleBuffer();
  /** When the counter behind the buffered samples began; 0 where that is unknown. */
  #startMs = 0;

  /** Throws `BlockDamage` where a chunk cannot be decoded. */
  *join(chunks: readonly JoinedChunk[]): IterableIterator<TimedChunk> {
    const buffer = this.#buffer;
    buffer.clear();
    // Chunks of about the same length: a short rest would be encoded again at every compaction.
    const total = chunks.reduce((sum, chunk) => sum + countSamples(chunk), 0);
    const length = Math.ceil(total / Math.ceil(total / DENSE_SAMPLES_MAX));
    for (const chunk of this.#joiner.join(chunks)) {
      const isFloat = chunk.encoding === CHUNK_XOR || chunk.encoding === CHUNK_DENSE;
      const isLong = chunk.encoding === CHUNK_DENSE && countSamples(chunk) >= DENSE_LONG_MIN;
      if (!isFloat || isLong || chunk.counterStartMs !== this.#startMs) {
        yield* this.#take(buffer.count);
      }
      if (!isFloat || isLong) {
        yield chunk;
        continue;
      }
      this.#startMs = chunk.counterStartMs;
      this.#decoder.decode({ ...chunk, counterStartMs: 0 }, ALL_TIME, buffer);
      while (buffer.count >= length) yield* this.#take(length);
    }
    yield* this.#take(buffer.count);
  }

  /** The first samples of the buffer, which are taken out. */
  *#take(count: number): IterableIterator<TimedChunk> {
    if (count === 0) return;
    const timesMs = this.#buffer.timesMs.slice(0, count);
    const bits = this.#buffer.bits.slice(0, 2 * count);
    this.#buffer.dropFirst(count);
    const data = this.#encoder.encode(timesMs, bits);
    if (data === undefined) {
      const values = new Float64Array(bits.buffer);
      const startTimesMs = new Float64Array(count).fill(this.#startMs);
      this.#runEncoder ??= new RunEncoder();
      yield* this.#runEncoder.encode({ count, timesMs, bits, values, startTimesMs });
      return;
    }
    const minMs = timesMs[0];
    const maxMs = timesMs[count - 1];
    const hasMarker = timesMs.some((_, i) => isStale(bits, i));
    const counterStartMs = this.#startMs;
    yield { encoding: CHUNK_DENSE, data, minMs, maxMs, counterStartMs, hasMarker };
  }
}

/** From here on a dense chunk stays as it is. */
const DENSE_LONG_MIN = DENSE_SAMPLES_MAX / 2;
