/** Reads a chunk of aggregates for who checks a block. */
import type { CheckedChunk } from '../block/block-tools.ts';
import { AggregateDecoder } from './aggregate-chunk.ts';
import { AggregateColumns } from './aggregate-columns.ts';

/** Makes what tells how many intervals a chunk has and which time they cover, as an index has it. */
export function createAggregateCheck(
  everyMs: number,
): (chunk: { readonly data: Uint8Array }) => CheckedChunk {
  const decoder = new AggregateDecoder();
  const columns = new AggregateColumns();
  return ({ data }) => {
    columns.clear();
    decoder.decode(data, -Infinity, Infinity, columns);
    const { count, endsMs } = columns;
    if (count === 0) return { count, minMs: Number.NaN, maxMs: Number.NaN };
    return { count, minMs: endsMs[0] - everyMs, maxMs: endsMs[count - 1] - 1 };
  };
}
