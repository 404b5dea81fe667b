/** The series that a scrape writes about itself: `up` and its companions, as in Prometheus. */
import type { Labels, SeriesRef } from '../series/index.ts';
import type { Appender } from './appender.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import { reportLabels } from './sample-labels.ts';

export interface ScrapeReport {
  readonly isUp: boolean;
  readonly durationMs: number;
  readonly scrapedCount: number;
  readonly keptCount: number;
  readonly seriesAddedCount: number;
  readonly timeoutMs: number;
  readonly sampleLimit: number;
  /** -1 where the body was too large, 0 where there was none. */
  readonly bodyBytes: number;
}

type Entry = readonly [metricName: string, value: (report: ScrapeReport) => number];

const USUAL: readonly Entry[] = [
  ['up', (report) => (report.isUp ? 1 : 0)],
  ['scrape_duration_seconds', (report) => report.durationMs / 1000],
  ['scrape_samples_scraped', (report) => report.scrapedCount],
  ['scrape_samples_post_metric_relabeling', (report) => report.keptCount],
  ['scrape_series_added', (report) => report.seriesAddedCount],
];
const EXTRA: readonly Entry[] = [
  ['scrape_timeout_seconds', (report) => report.timeoutMs / 1000],
  ['scrape_sample_limit', (report) => report.sampleLimit],
  ['scrape_body_size_bytes', (report) => report.bodyBytes],
];

/** Names of the series that a scrape adds by itself. */
export const REPORT_NAMES: readonly string[] = [...USUAL, ...EXTRA].map(([name]) => name);

/** Rows of these series have owners below 0, so that they are told apart from lines of the body. */
const FIRST_OWNER = -1;

/** The report series of one target; their numbers are asked for once. */
export class ReportSeries {
  readonly #entries: readonly Entry[];
  readonly #targetLabels: Labels;
  readonly #refs: (SeriesRef | undefined)[] = [];

  constructor(options: { readonly targetLabels: Labels; readonly isExtended: boolean }) {
    this.#entries = options.isExtended ? [...USUAL, ...EXTRA] : USUAL;
    this.#targetLabels = options.targetLabels;
  }

  add(report: ScrapeReport, timeMs: number, appender: Appender, out: SampleBuffer): void {
    this.#entries.forEach(([, value], i) => {
      out.add(FIRST_OWNER - i, this.#refOf(i, appender), timeMs, value(report));
    });
  }

  addStale(timeMs: number, appender: Appender, out: SampleBuffer): void {
    this.#entries.forEach((_entry, i) => {
      out.addStale(FIRST_OWNER - i, this.#refOf(i, appender), timeMs);
    });
  }

  /** Whether a row belongs to one of these series. */
  owns(owner: number): boolean {
    return owner <= FIRST_OWNER;
  }

  /** Asks for the number of a row's series anew, because the store has forgotten it. */
  resolveAgain(owner: number, appender: Appender): SeriesRef {
    const index = FIRST_OWNER - owner;
    this.#refs[index] = undefined;
    return this.#refOf(index, appender);
  }

  #refOf(index: number, appender: Appender): SeriesRef {
    const known = this.#refs[index];
    if (known !== undefined) return known;
    const [metricName] = this.#entries[index];
    const ref = appender.resolve(reportLabels(metricName, this.#targetLabels));
    this.#refs[index] = ref;
    return ref;
  }
}
