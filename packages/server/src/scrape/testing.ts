/** For tests: a store of samples in memory that keeps to the Appender's contract, and a reader. */
import { limitExceeded } from '../platform/index.ts';
import {
  formatHistogramNotation,
  formatSeries,
  isStale,
  type Labels,
  labelsKey,
  labelsRecord,
  type SampleBatch,
  type SeriesRef,
} from '../series/index.ts';
import type { Appender } from './appender.ts';
import { DEFAULT_HISTOGRAMS, type HistogramOptions } from './config.ts';
import { LineTexts } from './line-texts.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { type ReadOptions, SeriesCache } from './series-cache.ts';
import type { TextPool } from './text-pool.ts';

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

export interface FormatBenchOptions {
  readonly format: ReadOptions['format'];
  readonly pool: TextPool;
  readonly histograms?: Partial<HistogramOptions>;
}

/** Reads bodies one after the other, as scrapes of one target do; every scrape is at one time. */
export class FormatBench {
  static readonly NOW_MS = 1_000_000;
  readonly appender = createMemoryAppender();
  readonly out = new SampleBuffer();
  readonly cache: SeriesCache;
  readonly #options: ReadOptions;

  constructor({ format, pool, histograms }: FormatBenchOptions) {
    this.cache = new SeriesCache({ mapLabels: (labels) => labels, pool, texts: new LineTexts(1) });
    this.#options = {
      timeMs: FormatBench.NOW_MS,
      timeMsMax: 2e12,
      honorTimestamps: true,
      trackTimestampsStaleness: false,
      sampleLimit: 0,
      format,
      histograms: { ...DEFAULT_HISTOGRAMS, ...histograms },
    };
  }

  /** Reads a body; `rows` and `exemplars` then tell what was in it. */
  read(body: string | Buffer, format = this.#options.format): this {
    this.out.clear();
    this.cache.read(Buffer.from(body), { ...this.#options, format }, this.out);
    this.cache.resolve(this.appender, this.out);
    return this;
  }

  /** Reads, and goes on to the next scrape; answers the rows, with markers of what has vanished. */
  scrape(body: string | Buffer): string[] {
    this.read(body);
    this.cache.addVanished(this.out, FormatBench.NOW_MS);
    this.cache.commit();
    return this.rows();
  }

  /** Rows as `series value @time ^start`; the time is left out where it is that of the scrape. */
  rows(): string[] {
    const { out } = this;
    const names = [...this.appender.stored.keys()];
    return Array.from({ length: out.count }, (_, i) => {
      const time = out.timesMs[i] === FormatBench.NOW_MS ? '' : ` @${out.timesMs[i]}`;
      const startMs = out.startTimesMs?.[i] ?? 0;
      const start = startMs === 0 ? '' : ` ^${startMs}`;
      const histogram = out.histograms?.[i];
      const number = isStale(out.bits, i) ? 'stale' : String(out.values[i]);
      const shown = histogram === undefined ? number : formatHistogramNotation(histogram);
      return `${names[out.refs[i]]} ${shown}${time}${start}`;
    });
  }

  /** Exemplars as `series labels value @time`. */
  exemplars(): string[] {
    const names = [...this.appender.stored.keys()];
    return (this.out.exemplars ?? []).map(({ ref, exemplar: { labels, value, timeMs } }) => {
      return `${names[ref]} ${JSON.stringify(labelsRecord(labels))} ${value} @${timeMs}`;
    });
  }
}
