/** A store of samples in memory that keeps to the Appender's contract; for tests. */
import { limitExceeded } from '../platform/index.ts';
import {
  formatSeries,
  isStale,
  type Labels,
  labelsKey,
  type SampleBatch,
  type SeriesRef,
} from '../series/index.ts';
import type { Appender } from './appender.ts';

export interface StoredSample {
  readonly timeMs: number;
  /** 'stale' for a marker. */
  readonly value: number | 'stale';
}

export interface MemoryAppender extends Appender {
  /** Samples by series, written as PromQL does. */
  readonly stored: ReadonlyMap<string, readonly StoredSample[]>;
  readonly resolveCount: () => number;
  readonly appendCount: () => number;
  /** Newest sample of a series. */
  latest(series: string): StoredSample | undefined;
  /** Forgets a series, as a store that drops idle ones does. */
  forget(series: string): void;
  /** Makes every append throw; undefined ends it. */
  fail(error: Error | undefined): void;
  /** How many series may be made. */
  limit(seriesCount: number): void;
}

interface Row {
  readonly series: string;
  readonly key: string;
  readonly samples: StoredSample[];
}

class Store implements MemoryAppender {
  readonly stored = new Map<string, StoredSample[]>();
  readonly #refs = new Map<string, SeriesRef>();
  readonly #rows = new Map<SeriesRef, Row>();
  #resolveCount = 0;
  #appendCount = 0;
  #nextRef = 0;
  #failure: Error | undefined;
  #seriesMax = Number.POSITIVE_INFINITY;

  resolveCount = (): number => this.#resolveCount;
  appendCount = (): number => this.#appendCount;

  resolve(labels: Labels): SeriesRef {
    this.#resolveCount++;
    const key = labelsKey(labels);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    if (this.#refs.size >= this.#seriesMax) throw limitExceeded('TEST_FULL', 'the store is full');
    const ref = this.#nextRef++;
    const series = formatSeries(labels);
    const samples = this.stored.get(series) ?? [];
    this.stored.set(series, samples);
    this.#refs.set(key, ref);
    this.#rows.set(ref, { series, key, samples });
    return ref;
  }

  append(batch: SampleBatch): ReturnType<Appender['append']> {
    this.#appendCount++;
    if (this.#failure !== undefined) throw this.#failure;
    const unknownRefs: number[] = [];
    const outcome = { appendedCount: 0, outOfOrderCount: 0, duplicateCount: 0 };
    for (let i = 0; i < batch.count; i++) {
      const row = this.#rows.get(batch.refs[i]);
      if (row === undefined) {
        unknownRefs.push(batch.refs[i]);
        continue;
      }
      const value = isStale(batch.bits, i) ? 'stale' : batch.values[i];
      const newest = row.samples.at(-1);
      const timeMs = batch.timesMs[i];
      if (newest !== undefined && timeMs < newest.timeMs) outcome.outOfOrderCount++;
      else if (newest?.timeMs === timeMs) outcome.duplicateCount += newest.value === value ? 0 : 1;
      else {
        row.samples.push({ timeMs, value });
        outcome.appendedCount++;
      }
    }
    return { ...outcome, unknownRefs };
  }

  latest(series: string): StoredSample | undefined {
    return this.stored.get(series)?.at(-1);
  }

  forget(series: string): void {
    for (const [ref, row] of this.#rows) {
      if (row.series !== series) continue;
      this.#rows.delete(ref);
      this.#refs.delete(row.key);
    }
  }

  fail(error: Error | undefined): void {
    this.#failure = error;
  }

  limit(seriesCount: number): void {
    this.#seriesMax = seriesCount;
  }
}

/** Builds an empty store. */
export function createMemoryAppender(): MemoryAppender {
  return new Store();
}
