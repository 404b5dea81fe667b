/** Samples on their way to the store: three parallel arrays that grow and are used again. */
import {
  type Exemplar,
  type Histogram,
  type SampleBatch,
  type SeriesExemplar,
  type SeriesRef,
  setStale,
} from '../series/index.ts';

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

  /** By row; defined only while there is one in the batch, as for the two that follow. */
  histograms: (Histogram | undefined)[] | undefined;
  startTimesMs: Float64Array | undefined;
  exemplars: SeriesExemplar[] | undefined;
  #spareStartTimes = new Float64Array(0);

  clear(): void {
    this.count = 0;
    this.histograms = undefined;
    this.startTimesMs = undefined;
    this.exemplars = undefined;
  }

  /** Makes a row's sample a native histogram. */
  setHistogram(row: number, histogram: Histogram): void {
    this.histograms ??= [];
    this.histograms[row] = histogram;
    this.values[row] = histogram.sum;
  }

  /** Says since when a row's counter has been counting. */
  setStartTime(row: number, startMs: number): void {
    if (this.startTimesMs === undefined) {
      if (this.#spareStartTimes.length < this.refs.length) {
        this.#spareStartTimes = new Float64Array(this.refs.length);
      } else {
        this.#spareStartTimes.fill(0);
      }
      this.startTimesMs = this.#spareStartTimes;
    }
    this.startTimesMs[row] = startMs;
  }

  addExemplar(ref: SeriesRef, exemplar: Exemplar): void {
    this.exemplars ??= [];
    this.exemplars.push({ ref, exemplar });
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
    if (this.startTimesMs !== undefined) {
      this.#spareStartTimes = new Float64Array(capacity);
      this.#spareStartTimes.set(this.startTimesMs);
      this.startTimesMs = this.#spareStartTimes;
    }
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

  /** Keeps the rows that pass, in order; exemplars are those of the rows' series. */
  filter(isKept: (row: number) => boolean): void {
    let kept = 0;
    const { histograms, startTimesMs, exemplars } = this;
    const refs = new Set<SeriesRef>();
    for (let row = 0; row < this.count; row++) {
      if (!isKept(row)) continue;
      if (exemplars !== undefined) refs.add(this.refs[row]);
      if (histograms !== undefined) histograms[kept] = histograms[row];
      if (startTimesMs !== undefined) startTimesMs[kept] = startTimesMs[row];
      this.owners[kept] = this.owners[row];
      this.refs[kept] = this.refs[row];
      this.timesMs[kept] = this.timesMs[row];
      this.bits[2 * kept] = this.bits[2 * row];
      this.bits[2 * kept + 1] = this.bits[2 * row + 1];
      kept++;
    }
    this.count = kept;
    if (histograms !== undefined) histograms.length = Math.min(histograms.length, kept);
    this.exemplars = exemplars?.filter(({ ref }) => refs.has(ref));
  }

  /** Gives a row's series another number, its exemplars included. */
  renumber(row: number, ref: SeriesRef): void {
    const before = this.refs[row];
    this.refs[row] = ref;
    this.exemplars = this.exemplars?.map((one) => (one.ref === before ? { ...one, ref } : one));
  }

  #put(owner: number, ref: number, timeMs: number): void {
    this.owners[this.count] = owner;
    this.refs[this.count] = ref;
    this.timesMs[this.count] = timeMs;
  }
}
