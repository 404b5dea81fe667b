/**
 * A store of series in memory, for evaluations over what a test or a replay brings.
 *
 * Samples come in order of time, as a head takes them, and lie in a few columns for each series; a
 * selection finds its series by the metric's name and its samples by binary search, and copies
 * none. So a hundred thousand evaluations read what is new to them and little else.
 */
import {
  compareLabels,
  type Histogram,
  isCounterReset,
  isMatch,
  isStale,
  type Labels,
  labelsKey,
  labelValue,
  METRIC_NAME,
  setStale,
} from '../series/index.ts';
import { searchFirst } from './go-math.ts';
import type { Queryable, SelectedSeries, SelectRange } from './queryable.ts';

/** A sample to keep: a histogram, else a value, else the marker that ends a series. */
export interface NewSample {
  readonly timeMs: number;
  readonly value: number | undefined;
  readonly histogram?: Histogram | undefined;
}

export interface MemoryStore extends Queryable {
  /**
   * Adds a sample to a series. One that is not newer than the newest of its series changes nothing:
   * the answer is false.
   */
  append(labels: Labels, sample: NewSample): boolean;
}

/** Builds an empty store. */
export function createMemoryStore(): MemoryStore {
  const byKey = new Map<string, SeriesColumns>();
  const byName = new Map<string, SeriesColumns[]>();
  const find = (range: SelectRange): readonly SeriesColumns[] =>
    candidates(byName, range).filter(
      (series) => series.isIn(range) && isMatch(range.matchers, series.labels),
    );
  return {
    append(labels, sample) {
      const key = labelsKey(labels);
      const known = byKey.get(key);
      if (known !== undefined) return known.append(sample);
      const series = new SeriesColumns(labels);
      byKey.set(key, series);
      const name = labelValue(labels, METRIC_NAME);
      const named = byName.get(name);
      if (named === undefined) byName.set(name, [series]);
      else insertInOrder(named, series);
      return series.append(sample);
    },
    select: (range) => find(range).map((series) => series.cut(range)),
    estimate(range) {
      const found = find(range);
      const sampleCount = found.reduce((sum, series) => sum + series.countIn(range), 0);
      return { seriesCount: found.length, sampleCount };
    },
    ...answerLabels(find),
  };
}

/** What a store that finds its series in order of labels answers about these. */
export function answerLabels(
  find: (range: SelectRange) => readonly { readonly labels: Labels }[],
): Pick<Queryable, 'labelNames' | 'labelValues' | 'series'> {
  return {
    labelNames: (range) => [...new Set(find(range).flatMap(({ labels }) => labels.names))].sort(),
    labelValues: (name, range) =>
      [...new Set(find(range).map(({ labels }) => labelValue(labels, name)))]
        .filter((value) => value !== '')
        .sort(),
    series: (range) => find(range).map(({ labels }) => labels),
  };
}

/** The series that can match, in order of their labels. */
function candidates(
  byName: ReadonlyMap<string, readonly SeriesColumns[]>,
  { matchers }: SelectRange,
): readonly SeriesColumns[] {
  const name = matchers.find((one) => one.name === METRIC_NAME && one.operator === '=');
  if (name !== undefined) return byName.get(name.value) ?? [];
  return [...byName.values()].flat().sort((a, b) => compareLabels(a.labels, b.labels));
}

function insertInOrder(list: SeriesColumns[], series: SeriesColumns): void {
  const { labels } = series;
  const at = searchFirst(list.length, (i) => compareLabels(list[i].labels, labels) >= 0);
  list.splice(at, 0, series);
}

const FIRST_CAPACITY = 16;

/** The samples of one series, in order of time. */
class SeriesColumns {
  readonly labels: Labels;
  #count = 0;
  #timesMs = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  /** The same memory as `#values`. */
  #bits = new Uint32Array(this.#values.buffer);
  /** Parallel to the values, from the first histogram on. */
  #histograms: (Histogram | undefined)[] | undefined;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  append({ timeMs, value, histogram }: NewSample): boolean {
    const at = this.#count;
    if (at > 0 && timeMs <= this.#timesMs[at - 1]) return false;
    if (at === this.#timesMs.length) this.#grow();
    this.#timesMs[at] = timeMs;
    if (histogram === undefined && value === undefined) setStale(this.#bits, at);
    else this.#values[at] = value ?? 0;
    if (histogram !== undefined || this.#histograms !== undefined) {
      this.#histograms ??= Array.from({ length: at }, () => undefined);
      this.#histograms.push(histogram && withResetHint(histogram, this.#histograms[at - 1]));
    }
    this.#count++;
    return true;
  }

  /** Whether it has a sample in a range, and has not ended before that is looked at. */
  isIn(range: SelectRange): boolean {
    const newest = this.#count - 1;
    if (newest < 0 || this.#timesMs[newest] < range.fromMs) return false;
    const endedMs = isStale(this.#bits, newest) ? this.#timesMs[newest] : Infinity;
    return endedMs > (range.liveFromMs ?? -Infinity) && this.countIn(range) > 0;
  }

  countIn({ fromMs, toMs }: SelectRange): number {
    return this.#firstAfter(toMs) - this.#firstFrom(fromMs);
  }

  /** The samples within a range, as views of the columns. */
  cut(range: SelectRange): SelectedSeries {
    const to = this.#firstAfter(range.toMs);
    const from = range.newestOnly === true ? to - 1 : this.#firstFrom(range.fromMs);
    const samples = {
      count: to - from,
      timesMs: this.#timesMs.subarray(from, to),
      values: this.#values.subarray(from, to),
      bits: this.#bits.subarray(2 * from, 2 * to),
    };
    const histograms = this.#histograms?.slice(from, to);
    if (histograms?.some((one) => one !== undefined) !== true) {
      return { labels: this.labels, samples };
    }
    return { labels: this.labels, samples: { ...samples, histograms } };
  }

  #grow(): void {
    const length = 2 * this.#timesMs.length;
    const timesMs = new Float64Array(length);
    timesMs.set(this.#timesMs);
    // As bits, which keep the payload of markers.
    const bits = new Uint32Array(2 * length);
    bits.set(this.#bits);
    this.#timesMs = timesMs;
    this.#bits = bits;
    this.#values = new Float64Array(bits.buffer);
  }

  #firstAfter(timeMs: number): number {
    const count = this.#count;
    // Most evaluations look at the newest.
    if (count > 0 && this.#timesMs[count - 1] <= timeMs) return count;
    return searchFirst(count, (i) => this.#timesMs[i] > timeMs);
  }

  #firstFrom(timeMs: number): number {
    return searchFirst(this.#count, (i) => this.#timesMs[i] >= timeMs);
  }
}

/**
 * A stored histogram with what a store knows of resets from the sample before it: that there was
 * none, where all counts rose and the layout stayed. Else it says nothing, as Prometheus' does
 * (tsdb/chunkenc/histogram_meta.go, counterResetHint).
 */
export function withResetHint(histogram: Histogram, previous: Histogram | undefined): Histogram {
  if (histogram.counterReset === 'gauge') return histogram;
  const isContinued =
    previous !== undefined &&
    previous.counterReset !== 'gauge' &&
    histogram.counterReset !== 'reset' &&
    hasSameGrid(histogram, previous) &&
    !isCounterReset({ ...histogram, counterReset: 'unknown' }, previous);
  return { ...histogram, counterReset: isContinued ? 'notReset' : 'unknown' };
}

function hasSameGrid(a: Histogram, b: Histogram): boolean {
  const bounds = ({ customBounds }: Histogram): string => String(customBounds);
  return a.schema === b.schema && a.zeroThreshold === b.zeroThreshold && bounds(a) === bounds(b);
}
