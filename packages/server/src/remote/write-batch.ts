/** What one request brings, in the arrays that a store takes; used again for the next request. */
import { invalid } from '../platform/index.ts';
import type { Exemplar, Histogram, SampleBatch, SeriesExemplar } from '../series/index.ts';
import { REQUEST_SAMPLES_MAX } from './limits.ts';

const CAPACITY_START = 4_096;

/**
 * Samples in the order in which they came. A series' samples may come before its labels are known,
 * so its entries are given their series at its end (`assign`), or are taken back.
 */
export class WriteBatch implements SampleBatch {
  count = 0;
  refs = new Uint32Array(CAPACITY_START);
  timesMs = new Float64Array(CAPACITY_START);
  values = new Float64Array(CAPACITY_START);
  bits: Uint32Array = new Uint32Array(this.values.buffer);
  startTimesMs = new Float64Array(CAPACITY_START);
  readonly histograms: (Histogram | undefined)[] = [];
  readonly exemplars: SeriesExemplar[] = [];
  /** Exemplars of the series at hand, which has no number yet. */
  readonly #waiting: Exemplar[] = [];

  clear(): void {
    this.count = 0;
    this.histograms.length = 0;
    this.exemplars.length = 0;
    this.#waiting.length = 0;
  }

  /** Makes room for one entry and answers its place; the caller writes time and value. */
  begin(): number {
    if (this.count === REQUEST_SAMPLES_MAX) {
      throw invalid(
        'REMOTE_REQUEST_TOO_LARGE',
        `a request with more than ${REQUEST_SAMPLES_MAX} samples; send less at once`,
      );
    }
    if (this.count === this.refs.length) this.#grow();
    const at = this.count++;
    this.startTimesMs[at] = 0;
    return at;
  }

  addExemplar(exemplar: Exemplar): void {
    this.#waiting.push(exemplar);
  }

  get waitingExemplars(): number {
    return this.#waiting.length;
  }

  /** Says whose the entries from a place on are. */
  assign(from: number, ref: number): void {
    this.refs.fill(ref, from, this.count);
    for (const exemplar of this.#waiting) this.exemplars.push({ ref, exemplar });
    this.#waiting.length = 0;
  }

  /** Takes back the entries from a place on. */
  cut(from: number): void {
    this.count = from;
    if (this.histograms.length > from) this.histograms.length = from;
    this.#waiting.length = 0;
  }

  #grow(): void {
    const size = this.refs.length * 2;
    const refs = new Uint32Array(size);
    refs.set(this.refs);
    this.refs = refs;
    this.timesMs = grownFloats(this.timesMs, size);
    this.values = grownFloats(this.values, size);
    this.bits = new Uint32Array(this.values.buffer);
    this.startTimesMs = grownFloats(this.startTimesMs, size);
  }
}

/** By words: a staleness marker does not survive as a number. */
function grownFloats(floats: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  new Uint32Array(larger.buffer).set(new Uint32Array(floats.buffer));
  return larger;
}
