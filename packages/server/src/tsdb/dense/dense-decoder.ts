/** Decodes dense chunks (dense-format.ts); one for each reader, for its memory. */
import { BitReader } from '../bit-stream.ts';
import { ByteReader } from '../bytes.ts';
import { BlockDamage } from '../block/damage.ts';
import { XorColumn } from '../xor-column.ts';
import { ColumnDecoder } from './column-decoder.ts';
import { moveByUlps, POWERS } from './decimals.ts';
import { COUNT_BYTES, splitDense, VALUES_NEAR, VALUES_XOR } from './dense-format.ts';
import { EXPONENT_MAX } from './limits.ts';
import { setWords } from './words.ts';

/** Where decoded samples go; `bits` lies over the same memory as `values`. */
interface DecodeTarget {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly bits: Uint32Array;
}

export class DenseDecoder {
  readonly #times = new ColumnDecoder();
  readonly #values = new ColumnDecoder();
  /** How far values lie beside decimals; made when the first such chunk comes. */
  #ulps: ColumnDecoder | undefined;
  /** Of values that are no decimals, and the words that they are read from. */
  #bits = new Uint32Array(0);
  #words = new Uint32Array(0);

  /**
   * Decodes the samples of a chunk that lie in [fromMs, toMs], and are newer than the one before, to
   * `out` from an index on; answers the index after the last. Throws `BlockDamage`.
   */
  decode(
    data: Uint8Array,
    fromMs: number,
    toMs: number,
    out: DecodeTarget,
    outIndex: number,
  ): number {
    const count = data.length < COUNT_BYTES ? 0 : (data[0] << 8) | data[1];
    const { times, values } = splitDense(data);
    this.#times.decode(times, count);
    const timesMs = this.#times.numbers;
    let from = 0;
    while (from < count && timesMs[from] < fromMs) from++;
    if (from === count || timesMs[from] > toMs) return outIndex;
    return this.#decodeColumn(values, { count, from, toMs }, out, outIndex);
  }

  /** Decodes values to the times that were decoded; answers the index after the last. */
  #decodeColumn(
    values: Uint8Array,
    { count, from, toMs }: { readonly count: number; readonly from: number; readonly toMs: number },
    out: DecodeTarget,
    outIndex: number,
  ): number {
    const exponent = values.length > 0 ? values[0] : EXPONENT_MAX + 1;
    if (exponent === VALUES_XOR) {
      this.#decodeChanges(values, count);
      return this.#copyChanges(count, from, toMs, out, outIndex);
    }
    const isNear = exponent >= VALUES_NEAR;
    const digits = isNear ? exponent - VALUES_NEAR : exponent;
    if (digits > EXPONENT_MAX) throw new BlockDamage('chunk', `has exponent ${exponent}`);
    if (isNear) this.#decodeNear(values, count);
    else this.#values.decode(values.subarray(1), count);
    const ulps = isNear ? this.#ulps?.numbers : undefined;
    return this.#copyDecimals(POWERS[digits], ulps, count, from, toMs, out, outIndex);
  }

  /** Decodes a column of values alone (`encodeValues`) to the start of `out`. Throws `BlockDamage`. */
  decodeValues(
    values: Uint8Array,
    count: number,
    out: Pick<DecodeTarget, 'values' | 'bits'>,
  ): void {
    const times = this.#times;
    if (times.numbers.length < count) times.numbers = new Float64Array(count);
    for (let i = 0; i < count; i++) times.numbers[i] = i;
    const target = { ...out, timesMs: new Float64Array(count) };
    this.#decodeColumn(values, { count, from: 0, toMs: Infinity }, target, 0);
  }

  #decodeNear(values: Uint8Array, count: number): void {
    const reader = new ByteReader(values, 1);
    const column = reader.raw(reader.varint());
    if (reader.isShort) throw new BlockDamage('chunk', 'ends within its values');
    this.#values.decode(column, count);
    this.#ulps ??= new ColumnDecoder();
    this.#ulps.decode(values.subarray(reader.at), count);
  }

  #copyDecimals(
    power: number,
    ulps: Float64Array | undefined,
    count: number,
    from: number,
    toMs: number,
    out: DecodeTarget,
    outIndex: number,
  ): number {
    const times = this.#times.numbers;
    const { numbers, places, markers } = this.#values;
    const { timesMs, values, bits } = out;
    let index = outIndex;
    let lastMs = index > 0 ? timesMs[index - 1] : -Infinity;
    let nextMarker = 0;
    for (let i = from; i < count && times[i] <= toMs; i++) {
      if (!(times[i] > lastMs)) continue;
      lastMs = times[i];
      timesMs[index] = lastMs;
      const number = numbers[i];
      if (number === number) {
        values[index] = number / power;
        if (ulps !== undefined) moveByUlps(bits, index, ulps[i]);
      } else {
        while (places[nextMarker] < i) nextMarker++;
        bits[2 * index] = markers[2 * nextMarker];
        bits[2 * index + 1] = markers[2 * nextMarker + 1];
      }
      index++;
    }
    return index;
  }

  #decodeChanges(bytes: Uint8Array, count: number): void {
    if (this.#bits.length < 2 * count) this.#bits = new Uint32Array(2 * count);
    this.#words = setWords(this.#words, bytes, 1);
    const reader = new BitReader(this.#words, (bytes.length - 1) * 8);
    const column = new XorColumn(1);
    column.takeFirst(reader, 0);
    for (let i = 0; i < count; i++) {
      if (i > 0) column.take(reader, 0);
      this.#bits[2 * i] = column.bits[0];
      this.#bits[2 * i + 1] = column.bits[1];
    }
    if (reader.isShort) throw new BlockDamage('chunk', 'ends within its values');
  }

  #copyChanges(
    count: number,
    from: number,
    toMs: number,
    { timesMs, bits }: DecodeTarget,
    outIndex: number,
  ): number {
    const times = this.#times.numbers;
    let index = outIndex;
    let lastMs = index > 0 ? timesMs[index - 1] : -Infinity;
    for (let i = from; i < count && times[i] <= toMs; i++) {
      if (!(times[i] > lastMs)) continue;
      lastMs = times[i];
      timesMs[index] = lastMs;
      bits[2 * index] = this.#bits[2 * i];
      bits[2 * index + 1] = this.#bits[2 * i + 1];
      index++;
    }
    return index;
  }
}
