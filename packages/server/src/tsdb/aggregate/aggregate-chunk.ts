/**
 * Chunks of aggregates (docs/formats/aggregate-block.md): columns as in dense chunks.
 *
 * What is the same for all series of a target comes first, as the times of a dense chunk do, so that
 * it is written once for all of them: which intervals, how far the first and the last sample lie
 * from their edges, how many samples there are. A column that follows from others, as a counter's
 * minimum does from its first value, is one byte that says so.
 */
import type { Aggregates } from '../../series/index.ts';
import { BlockDamage } from '../block/damage.ts';
import { ByteReader, ByteWriter } from '../bytes.ts';
import { ColumnDecoder } from '../dense/column-decoder.ts';
import { ColumnEncoder } from '../dense/column-encoder.ts';
import { DenseDecoder } from '../dense/dense-decoder.ts';
import { DenseEncoder } from '../dense/dense-encoder.ts';
import { COUNT_BYTES, putDense, splitDense } from '../dense/dense-format.ts';
import { DENSE_SAMPLES_MAX } from '../dense/limits.ts';
import { AggregateColumns } from './aggregate-columns.ts';
import { PERIOD_MS, SAMPLES_PER_INTERVAL_MAX } from './limits.ts';

/** Intervals of one chunk. */
export const CHUNK_INTERVALS_MAX = DENSE_SAMPLES_MAX;

type ValueName = 'firsts' | 'lasts' | 'mins' | 'maxs' | 'sums' | 'losts' | 'stalesMs';

/** Columns of values, in their order, each with what it is where one byte stands for it. */
const VALUES: readonly {
  readonly name: ValueName;
  readonly derive: (from: Pick<Aggregates, ValueName | 'counts'>, at: number) => number;
}[] = [
  { name: 'firsts', derive: () => Number.NaN },
  { name: 'lasts', derive: ({ firsts }, at) => firsts[at] },
  { name: 'mins', derive: ({ firsts, lasts }, at) => Math.min(firsts[at], lasts[at]) },
  { name: 'maxs', derive: ({ firsts, lasts }, at) => Math.max(firsts[at], lasts[at]) },
  { name: 'sums', derive: ({ firsts, counts }, at) => sumOfSame(firsts[at], counts[at]) },
  { name: 'losts', derive: () => 0 },
  { name: 'stalesMs', derive: () => 0 },
];

function sumOfSame(value: number, count: number): number {
  return count === 0 ? 0 : value * count;
}

/** Stands for a column that follows from those before it, and for one that is written. */
const DERIVED = 0;
const WRITTEN = 1;

/** Writes chunks; one for each writer, for its memory. */
export class AggregateEncoder {
  readonly #columns = new ColumnEncoder();
  readonly #values = new DenseEncoder();
  readonly #column = new ByteWriter(1024);
  readonly #shared = new ByteWriter(1024);
  readonly #own = new ByteWriter(8192);

  /** A chunk of the entries from one index to before another, CHUNK_INTERVALS_MAX at most. */
  encode(from: Aggregates, everyMs: number, first: number, end: number): Uint8Array {
    const count = end - first;
    this.#putShared(from, everyMs, first, end);
    const own = this.#own;
    own.at = 0;
    for (const { name, derive } of VALUES) {
      const values = from[name].slice(first, end);
      if (values.every((value, i) => Object.is(value, derive(from, first + i)))) {
        own.byte(DERIVED);
        continue;
      }
      const column = this.#values.encodeValues(new Uint32Array(values.buffer));
      own.byte(WRITTEN);
      own.varint(column.length);
      own.raw(column);
    }
    const chunk = new ByteWriter(this.#shared.at + own.at + 16);
    putDense(chunk, count, { times: this.#shared.written(), values: own.written() });
    return chunk.written();
  }

  #putShared(from: Aggregates, everyMs: number, first: number, end: number): void {
    this.#shared.at = 0;
    this.#shared.varint(everyMs);
    const { endsMs, counts, firstsMs, lastsMs } = from;
    const isFilled = (i: number): boolean => counts[i] > 0;
    this.#putWhole(first, end, (i) => endsMs[i] / everyMs);
    this.#putWhole(first, end, (i) => (isFilled(i) ? firstsMs[i] - endsMs[i] + everyMs : 0));
    this.#putWhole(first, end, (i) => (isFilled(i) ? endsMs[i] - lastsMs[i] : 0));
    this.#putWhole(first, end, (i) => counts[i]);
  }

  #putWhole(first: number, end: number, numberOf: (index: number) => number): void {
    const numbers = Float64Array.from({ length: end - first }, (_, i) => numberOf(first + i));
    this.#column.at = 0;
    // Numbers of intervals and what lies within one are small, and never too far apart.
    this.#columns.encode(this.#column, numbers, new Uint32Array(0));
    this.#shared.varint(this.#column.at);
    this.#shared.raw(this.#column.written());
  }
}

/** Reads chunks; one for each reader, for its memory. */
export class AggregateDecoder {
  readonly #columns = new ColumnDecoder();
  readonly #values = new DenseDecoder();
  readonly #whole = new AggregateColumns();

  /**
   * Adds the intervals of a chunk that share time with (fromMs, toMs], and are newer than the last
   * that is there. Throws `BlockDamage`.
   */
  decode(data: Uint8Array, fromMs: number, toMs: number, out: AggregateColumns): void {
    const count = data.length < COUNT_BYTES ? 0 : (data[0] << 8) | data[1];
    const whole = this.#whole;
    const { times, values } = splitDense(data);
    whole.clear();
    whole.reserve(count);
    whole.count = count;
    const everyMs = this.#readShared(times, count);
    this.#readValues(values, count);
    const lastMs = out.count > 0 ? out.endsMs[out.count - 1] : -Infinity;
    const { endsMs } = whole;
    let first = 0;
    while (first < count && (endsMs[first] <= fromMs || endsMs[first] <= lastMs)) first++;
    let end = first;
    while (end < count && endsMs[end] - everyMs < toMs) end++;
    out.addRange(whole, first, end);
  }

  #readShared(bytes: Uint8Array, count: number): number {
    const reader = new ByteReader(bytes);
    const everyMs = reader.varint();
    if (!(everyMs > 0) || everyMs > PERIOD_MS) {
      throw new BlockDamage('chunk', `has intervals of ${everyMs} ms`);
    }
    const { endsMs, counts, firstsMs, lastsMs } = this.#whole;
    this.#readWhole(reader, count, endsMs);
    for (let i = 0; i < count; i++) {
      endsMs[i] *= everyMs;
      if (i > 0 && !(endsMs[i] > endsMs[i - 1]))
        throw new BlockDamage('chunk', 'goes back in time');
    }
    this.#readWhole(reader, count, firstsMs);
    this.#readWhole(reader, count, lastsMs);
    this.#readWhole(reader, count, counts);
    for (let i = 0; i < count; i++) {
      const isFilled = counts[i] > 0;
      firstsMs[i] = isFilled ? endsMs[i] - everyMs + firstsMs[i] : 0;
      lastsMs[i] = isFilled ? endsMs[i] - lastsMs[i] : 0;
      const isCount = counts[i] >= 0 && counts[i] <= SAMPLES_PER_INTERVAL_MAX;
      if (!isCount || !(firstsMs[i] <= lastsMs[i])) {
        throw new BlockDamage('chunk', `has an interval of ${counts[i]} samples`);
      }
    }
    return everyMs;
  }

  #readWhole(reader: ByteReader, count: number, out: Float64Array): void {
    const column = reader.raw(reader.varint());
    if (reader.isShort) throw new BlockDamage('chunk', 'ends within its intervals');
    this.#columns.decode(column, count);
    out.set(this.#columns.numbers.subarray(0, count));
  }

  #readValues(bytes: Uint8Array, count: number): void {
    const reader = new ByteReader(bytes);
    const whole = this.#whole;
    for (const { name, derive } of VALUES) {
      const form = reader.byte();
      if (form > WRITTEN) throw new BlockDamage('chunk', `has a column of form ${form}`);
      const values = whole[name];
      if (form === DERIVED) {
        for (let i = 0; i < count; i++) values[i] = derive(whole, i);
        continue;
      }
      const column = reader.raw(reader.varint());
      if (reader.isShort) throw new BlockDamage('chunk', 'ends within its values');
      this.#values.decodeValues(column, count, { values, bits: new Uint32Array(values.buffer) });
    }
    if (reader.isShort) throw new BlockDamage('chunk', 'ends within its values');
  }
}
