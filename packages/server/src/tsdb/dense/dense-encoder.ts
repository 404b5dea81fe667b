/** Encodes dense chunks (dense-format.ts); one for each writer, for its memory. */
import { BitWriter } from '../bit-stream.ts';
import { ByteWriter } from '../bytes.ts';
import { XorColumn } from '../xor-column.ts';
import { ColumnEncoder } from './column-encoder.ts';
import { findDecimals, findNearDecimals } from './decimals.ts';
import { putDense, VALUES_NEAR, VALUES_XOR } from './dense-format.ts';
import { DENSE_SAMPLES_MAX } from './limits.ts';

export class DenseEncoder {
  readonly #columns = new ColumnEncoder();
  readonly #numbers = new Float64Array(DENSE_SAMPLES_MAX);
  readonly #ulps = new Float64Array(DENSE_SAMPLES_MAX);
  readonly #near = new ByteWriter(4096);
  readonly #times = new ByteWriter(1024);
  readonly #values = new ByteWriter(8192);
  readonly #xor = new BitWriter();

  /**
   * A chunk of up to DENSE_SAMPLES_MAX samples, with memory of its own: times are whole and rise,
   * values are given as their bits. Undefined where times lie too far apart.
   */
  encode(timesMs: Float64Array, bits: Uint32Array): Uint8Array | undefined {
    this.#times.at = 0;
    this.#values.at = 0;
    const count = timesMs.length;
    if (!this.#columns.encode(this.#times, timesMs, bits)) return undefined;
    this.#putValues(bits);
    const parts = { times: this.#times.written(), values: this.#values.written() };
    const chunk = new ByteWriter(parts.times.length + parts.values.length + 16);
    putDense(chunk, count, parts);
    return chunk.written();
  }

  /** A column of up to DENSE_SAMPLES_MAX values alone, given as their bits; of its own memory. */
  encodeValues(bits: Uint32Array): Uint8Array {
    this.#values.at = 0;
    this.#putValues(bits);
    return this.#values.written().slice();
  }

  #putValues(bits: Uint32Array): void {
    const to = this.#values;
    const values = new Float64Array(bits.buffer, bits.byteOffset, bits.length / 2);
    const numbers = this.#numbers.subarray(0, values.length);
    const exponent = findDecimals(values, numbers);
    if (exponent !== undefined) {
      to.byte(exponent);
      if (this.#columns.encode(to, numbers, bits)) return;
      to.at = 0;
    }
    to.byte(VALUES_XOR);
    this.#putChanges(bits);
    const near = this.#encodeNear(bits);
    if (near === undefined || near.length >= to.at) return;
    to.at = 0;
    to.raw(near);
  }

  /** Values beside decimals; undefined where they are none. */
  #encodeNear(bits: Uint32Array): Uint8Array | undefined {
    const numbers = this.#numbers.subarray(0, bits.length / 2);
    const ulps = this.#ulps.subarray(0, bits.length / 2);
    const exponent = findNearDecimals(bits, numbers, ulps);
    const column = this.#near;
    column.at = 0;
    if (exponent === undefined || !this.#columns.encode(column, numbers, bits)) return undefined;
    const all = new ByteWriter(2 * column.at + 16);
    all.byte(VALUES_NEAR + exponent);
    all.varint(column.at);
    all.raw(column.written());
    return this.#columns.encode(all, ulps, bits) ? all.written() : undefined;
  }

  #putChanges(bits: Uint32Array): void {
    const column = new XorColumn(1);
    const writer = this.#xor;
    writer.clear();
    column.begin(writer, 0, bits[0], bits[1]);
    for (let i = 2; i < bits.length; i += 2) column.put(writer, 0, bits[i], bits[i + 1]);
    this.#values.bits(writer);
  }
}
