/**
 * Chunks of aggregates of one series from several blocks, made as long as they may be.
 *
 * In the index of a block an interval (s, e] stands as s to e - 1, so that blocks of aggregates begin
 * and end where days do; what was deleted is by those times too. An interval of which anything was
 * deleted goes whole: what is left of it is not known.
 */
import { CHUNK_AGGREGATES } from '../dense/dense-format.ts';
import type { TimedChunk } from '../block/block-writer.ts';
import type { JoinedChunk } from '../block/chunk-joiner.ts';
import type { Interval } from '../block/tombstones.ts';
import { AggregateDecoder, AggregateEncoder, CHUNK_INTERVALS_MAX } from './aggregate-chunk.ts';
import { AggregateColumns, mergeAggregates } from './aggregate-columns.ts';

export class AggregateJoiner {
  readonly #everyMs: number;
  readonly #decoder = new AggregateDecoder();
  readonly #encoder = new AggregateEncoder();
  readonly #merged = new AggregateColumns();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** Throws `BlockDamage` where a chunk cannot be decoded. */
  *join(chunks: readonly JoinedChunk[]): IterableIterator<TimedChunk> {
    const parts = chunks.map(({ data, gone }) => {
      const part = new AggregateColumns();
      this.#decoder.decode(data, -Infinity, Infinity, part);
      dropDeleted(part, this.#everyMs, gone);
      return part;
    });
    this.#merged.clear();
    mergeAggregates(parts, this.#merged);
    yield* encodeChunks(this.#encoder, this.#merged, this.#everyMs);
  }
}

/** Takes out the intervals of which anything was deleted; by the times of an index. */
export function dropDeleted(
  columns: AggregateColumns,
  everyMs: number,
  gone: readonly Interval[],
): void {
  if (gone.length === 0) return;
  columns.keep((i) => {
    const endMs = columns.endsMs[i];
    return !gone.some(({ fromMs, toMs }) => fromMs < endMs && toMs >= endMs - everyMs);
  });
}

/** All entries as chunks of about the same length. */
export function* encodeChunks(
  encoder: AggregateEncoder,
  columns: AggregateColumns,
  everyMs: number,
): IterableIterator<TimedChunk> {
  const { count, endsMs } = columns;
  const length = Math.ceil(count / Math.ceil(count / CHUNK_INTERVALS_MAX));
  for (let first = 0; first < count; first += length) {
    const end = Math.min(count, first + length);
    yield {
      encoding: CHUNK_AGGREGATES,
      data: encoder.encode(columns, everyMs, first, end),
      minMs: endsMs[first] - everyMs,
      maxMs: endsMs[end - 1] - 1,
      counterStartMs: 0,
      // Nobody counts samples in aggregates.
      hasMarker: true,
    };
  }
}
