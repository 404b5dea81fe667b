/** Samples on their way to the store: three parallel arrays that grow and are used again. */
import { setStale } from '../series/index.ts';
import type { SampleBatch } from './appender.ts';

const CAPACITY_MIN = 1024;

/** A batch that can be added to. One is enough for all targets: a scrape fills and hands it over. */
export class SampleBuffer implements SampleBatch {
  count = 0;
  refs = new Uint32Array(CAPACITY_MIN);
  timesMs = new Float64Array(CAPACITY_MIN);
  values = new Float64Array(CAPACITY_MIN);
  bits = new Uint32Array(this.values.buffer);
  /** Whose sample it is, in the filler's own terms, for finding it again. */
  owners = new Int32Array(CAPACITY_MIN);

  clear(): void {
    this.count = 0;
  }

  /** Makes room for a number of samples from `count` on. */
  reserve(sampleCount: number): void {
    const need = this.count + sampleCount;
    if (need <= this.refs.length) return;
    const capacity = Math.max(need, this.refs.length * 2);
    const { refs, timesMs, values, owners } = this;
    this.refs = new Uint32Array(capacity);
    this.refs.set(refs);
    this.owners = new Int32Array(capacity);
    this.owners.set(owners);
    this.timesMs = new Float64Array(capacity);
    this.timesMs.set(timesMs);
    this.values = new Float64Array(capacity);
    // As bits: copying floats could quiet a marker's payload.
    this.bits = new Uint32Array(this.values.buffer);
    this.bits.set(new Uint32Array(values.buffer));
  }

  add(owner: number, ref: number, timeMs: number, value: number): void {
    this.reserve(1);
    this.#put(owner, ref, timeMs);
    this.values[this.count++] = value;
  }

  addStale(owner: number, ref: number, timeMs: number): void {
    this.reserve(1);
    this.#put(owner, ref, timeMs);
    setStale(this.bits, this.count++);
  }

  /** Keeps the rows that pass, in order. */
  filter(isKept: (row: number) => boolean): void {
    let kept = 0;
    for (let row = 0; row < this.count; row++) {
      if (!isKept(row)) continue;
      this.owners[kept] = this.owners[row];
      this.refs[kept] = this.refs[row];
      this.timesMs[kept] = this.timesMs[row];
      this.bits[2 * kept] = this.bits[2 * row];
      this.bits[2 * kept + 1] = this.bits[2 * row + 1];
      kept++;
    }
    this.count = kept;
  }

  #put(owner: number, ref: number, timeMs: number): void {
    this.owners[this.count] = owner;
    this.refs[this.count] = ref;
    this.timesMs[this.count] = timeMs;
  }
}
