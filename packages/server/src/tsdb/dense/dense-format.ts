/**
 * Dense chunks: floats of old blocks, in about a third of what they take in Prometheus' encoding.
 *
 * Times and values are columns of their own (column-format.ts). Values are decimals of few digits
 * nearly always and are written as whole numbers (decimals.ts). Sums of decimals miss them by the last
 * bits; these stand in a column of their own then. Where values are neither, what changed in their
 * bits is written (xor-column.ts). Every bit comes back, of NaNs too.
 *
 *   2 bytes   count of samples, the high byte first, as in all chunks of blocks
 *   varint    length of the times in bytes
 *   …         the column of times, epoch milliseconds
 *   1 byte    a power of ten, up to 22; the same and 0x40; or 0xff
 *   …         the column of values times that power; or its length as varint, that column, and one of
 *             how far values lie beside these decimals; or the stream of changed bits
 */
import type { ByteWriter } from '../bytes.ts';
import { ByteReader } from '../bytes.ts';
import { BlockDamage } from '../block/damage.ts';

/**
 * Encodings of chunks that only Nines knows, far from the numbers that Prometheus gives out. A shared
 * one has a reference instead of its times; they stand in a chunk of the third kind.
 */
export const CHUNK_DENSE = 0xd0;
export const CHUNK_DENSE_SHARED = 0xd1;
export const CHUNK_TIMES = 0xd2;
/** Aggregates (aggregate/aggregate-chunk.ts), with the same two forms. */
export const CHUNK_AGGREGATES = 0xd3;
export const CHUNK_AGGREGATES_SHARED = 0xd4;

/** Added to the power of ten where values lie beside decimals. */
export const VALUES_NEAR = 0x40;

/** Stands for the power of ten where values are no decimals. */
export const VALUES_XOR = 0xff;

/** Bytes of the count of samples. */
export const COUNT_BYTES = 2;

/** The two columns of a chunk. */
export interface DenseParts {
  readonly times: Uint8Array;
  readonly values: Uint8Array;
}

/** Writes a chunk. */
export function putDense(to: ByteWriter, count: number, { times, values }: DenseParts): void {
  to.byte(count >>> 8);
  to.byte(count & 0xff);
  to.varint(times.length);
  to.raw(times);
  to.raw(values);
}

/** Finds the columns of a chunk. Throws `BlockDamage`. */
export function splitDense(data: Uint8Array): DenseParts {
  const reader = new ByteReader(data, COUNT_BYTES);
  const times = reader.raw(reader.varint());
  if (reader.isShort) throw new BlockDamage('chunk', 'ends within its times');
  return { times, values: data.subarray(reader.at) };
}
