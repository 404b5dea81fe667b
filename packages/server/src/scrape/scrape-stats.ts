/** Counters over all targets since the start, for our own metrics. */
import { AppError } from '../platform/index.ts';
import type { ScrapeResult } from './scrape-record.ts';

export interface ScrapeCounters {
  readonly scrapeCount: number;
  readonly failedCount: number;
  /** Failures by the code of their reason. */
  readonly failedByCode: Readonly<Record<string, number>>;
  /** Scrapes that the store did not take at all. */
  readonly notStoredCount: number;
  /** Ticks that were left out because the scrape before took too long or the process stood still. */
  readonly skippedCount: number;
  readonly samplesScrapedCount: number;
  readonly samplesAppendedCount: number;
  readonly samplesOutOfOrderCount: number;
  /** Repeated within one body, or at a time that the series already has. */
  readonly samplesDuplicateCount: number;
  /** With a time of their own that is too far ahead. */
  readonly samplesAheadCount: number;
  readonly seriesAddedCount: number;
  readonly bodyBytes: number;
  readonly durationMsSum: number;
}

export class ScrapeStats {
  skippedCount = 0;
  readonly #failedByCode = new Map<string, number>();
  #scrapeCount = 0;
  #failedCount = 0;
  #notStoredCount = 0;
  #scraped = 0;
  #appended = 0;
  #outOfOrder = 0;
  #duplicate = 0;
  #ahead = 0;
  #seriesAdded = 0;
  #bodyBytes = 0;
  #durationMs = 0;

  /** Counts one scrape. */
  add(result: ScrapeResult): void {
    const { counts, outcome, error } = result;
    this.#scrapeCount++;
    if (error !== undefined) {
      this.#failedCount++;
      const code = error instanceof AppError ? error.code : 'SCRAPE_OTHER';
      this.#failedByCode.set(code, (this.#failedByCode.get(code) ?? 0) + 1);
    }
    if (!result.isStored) this.#notStoredCount++;
    this.#scraped += counts.scrapedCount;
    this.#appended += outcome.appendedCount;
    this.#outOfOrder += outcome.outOfOrderCount;
    this.#duplicate += outcome.duplicateCount + counts.duplicateCount;
    this.#ahead += counts.aheadCount;
    this.#seriesAdded += counts.seriesAddedCount;
    this.#bodyBytes += Math.max(0, result.bodyBytes);
    this.#durationMs += result.durationMs;
  }

  read(): ScrapeCounters {
    return {
      scrapeCount: this.#scrapeCount,
      failedCount: this.#failedCount,
      failedByCode: Object.fromEntries(this.#failedByCode),
      notStoredCount: this.#notStoredCount,
      skippedCount: this.skippedCount,
      samplesScrapedCount: this.#scraped,
      samplesAppendedCount: this.#appended,
      samplesOutOfOrderCount: this.#outOfOrder,
      samplesDuplicateCount: this.#duplicate,
      samplesAheadCount: this.#ahead,
      seriesAddedCount: this.#seriesAdded,
      bodyBytes: this.#bodyBytes,
      durationMsSum: this.#durationMs,
    };
  }
}
