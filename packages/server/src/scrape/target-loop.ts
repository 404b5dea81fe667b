/** The life of one target: it is scraped at its times until it is stopped. */
import {
  AppError,
  type Clock,
  errorMessage,
  formatDuration,
  type Log,
  type Timer,
} from '../platform/index.ts';
import type { Appender } from './appender.ts';
import type { ScrapeConfig } from './config.ts';
import { type FetchBody, type FetchedBody, noAnswerWithin } from './fetch-body.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import type { LineTexts } from './line-texts.ts';
import { ReportSeries } from './report-series.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import {
  alignTime,
  createGrid,
  firstScrapeTime,
  nextGridTime,
  type ScrapeGrid,
} from './scrape-grid.ts';
import { readContentType, scrapeHeaders } from './scrape-headers.ts';
import { recordEnd, recordScrape, type ScrapeAnswer, type ScrapeResult } from './scrape-record.ts';
import type { ScrapeStats } from './scrape-stats.ts';
import type { MetricMetadata, SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';
import type { TextPool } from './text-pool.ts';
import { globalUrlOf, type HealthChange, type TargetView } from './target-view.ts';
import type { WakeUps } from './wake-ups.ts';

/** What the targets of all jobs share. */
export interface LoopParts {
  readonly appender: Appender;
  readonly clock: Clock;
  readonly wakeUps: WakeUps;
  readonly log: Log;
  readonly buffer: SampleBuffer;
  readonly pool: TextPool;
  readonly texts: LineTexts;
  readonly stats: ScrapeStats;
  readonly version: string;
  readonly firstScrapeWithinMs: number;
  readonly externalHostname: string | undefined;
  readonly onHealthChange: (change: HealthChange) => void;
}

export interface LoopOptions {
  readonly parts: LoopParts;
  readonly target: Target;
  readonly config: ScrapeConfig;
  readonly fetchBody: FetchBody;
  readonly cache: SeriesCache;
}

type State = Pick<
  TargetView,
  | 'health'
  | 'healthSince'
  | 'lastError'
  | 'lastErrorCode'
  | 'lastScrapeAt'
  | 'lastScrapeDurationMs'
  | 'scrapedCount'
  | 'keptCount'
  | 'seriesAddedCount'
  | 'bodyBytes'
>;

const FRESH: State = {
  health: 'unknown',
  healthSince: undefined,
  lastError: '',
  lastErrorCode: '',
  lastScrapeAt: undefined,
  lastScrapeDurationMs: 0,
  scrapedCount: 0,
  keptCount: 0,
  seriesAddedCount: 0,
  bodyBytes: 0,
};

export class TargetLoop {
  #target: Target;
  readonly cache: SeriesCache;
  readonly #options: LoopOptions;
  readonly #report: ReportSeries;
  readonly #grid: ScrapeGrid;
  readonly #headers: Readonly<Record<string, string>>;
  #state: State = FRESH;
  #forcedError: Error | undefined;
  #dueMs = 0;
  #timer: Timer | undefined;
  readonly #onDue = (): void => this.#wake();
  /** Tells whoever gets the body to break off; used for all scrapes until it has fired. */
  #abort = new AbortController();
  /** Ends the wait for the body under way: whoever gets it may not heed the signal. */
  #giveUp: ((reason: Error) => void) | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: LoopOptions) {
    const { target, config, parts } = options;
    this.#target = target;
    this.cache = options.cache;
    this.#options = options;
    this.#grid = createGrid(target.intervalMs, target.identity);
    this.#report = new ReportSeries({
      targetLabels: target.labels,
      isExtended: config.extraScrapeMetrics,
    });
    const { timeoutMs } = target;
    this.#headers = scrapeHeaders(config, { timeoutMs, version: parts.version });
  }

  get target(): Target {
    return this.#target;
  }

  /**
   * Takes over what is newly known of the same target, how it was found, say, and goes on as it
   * was; false: it is to be scraped at another pace, which needs another loop.
   */
  retarget(target: Target): boolean {
    const { intervalMs, timeoutMs } = this.#target;
    if (target.intervalMs !== intervalMs || target.timeoutMs !== timeoutMs) return false;
    this.#target = target;
    return true;
  }

  /** Starts scraping; a loop that follows another one takes over what is known of the target. */
  start(previous?: TargetLoop): void {
    const { clock, firstScrapeWithinMs } = this.#options.parts;
    const nowMs = clock.now();
    if (previous === undefined) {
      this.#schedule(firstScrapeTime(this.#grid, nowMs, firstScrapeWithinMs));
    } else {
      this.#state = previous.#state;
      this.#schedule(nextGridTime(this.#grid, nowMs));
    }
  }

  /** Ends scraping; a scrape under way is finished and stored. Answers when the next was due. */
  stop(): number {
    this.#isStopped = true;
    this.#timer?.cancel();
    return this.#dueMs > this.#options.parts.clock.now()
      ? this.#dueMs
      : nextGridTime(this.#grid, this.#options.parts.clock.now());
  }

  /** Ends scraping and breaks a scrape under way off; nothing is written after it. */
  async abort(reason: Error): Promise<void> {
    this.stop();
    this.#breakOff(reason);
    await this.#underWay;
  }

  #breakOff(reason: Error): void {
    this.#abort.abort(reason);
    this.#giveUp?.(reason);
  }

  /** Waits for the scrape under way. */
  async idle(): Promise<void> {
    await this.#underWay;
  }

  /** Forgets what the target has sent, once the scrape under way has ended; none comes after it. */
  async forget(): Promise<void> {
    await this.#underWay;
    this.cache.forget();
  }

  /** Makes every scrape fail with this reason, without asking the target. */
  force(error: Error | undefined): void {
    this.#forcedError = error;
  }

  /** Marks all that the target has written as ended. */
  writeEnd(timeMs: number): void {
    if (this.#state.lastScrapeAt !== undefined) recordEnd(this.#recordParts(), timeMs);
  }

  view(): TargetView {
    const { target } = this;
    return {
      id: target.identity,
      scrapePool: target.jobName,
      scrapeUrl: target.url,
      globalUrl: globalUrlOf(target.url, this.#options.parts.externalHostname),
      discoveredLabels: target.discoveredLabels,
      labels: target.labels,
      intervalMs: target.intervalMs,
      timeoutMs: target.timeoutMs,
      ...this.#state,
    };
  }

  metadata(): Map<string, MetricMetadata> {
    return this.cache.metadata();
  }

  #schedule(dueMs: number): void {
    this.#dueMs = dueMs;
    this.#timer = this.#options.parts.wakeUps.at(dueMs, this.#onDue);
  }

  #wake(): void {
    const nowMs = this.#options.parts.clock.now();
    const earlyMs = this.#dueMs - alignTime(this.#grid, this.#dueMs, nowMs);
    if (earlyMs <= 0) this.#underWay = this.#tick(this.#dueMs - earlyMs);
    // A wait that is longer than timers keep is made of several; one that is longer than the
    // interval means that the wall clock was set back.
    else if (earlyMs <= this.#grid.intervalMs) this.#schedule(this.#dueMs);
    else this.#schedule(nextGridTime(this.#grid, nowMs));
  }

  async #tick(timeMs: number): Promise<void> {
    const { clock, stats } = this.#options.parts;
    const { intervalMs } = this.#grid;
    await this.#scrape(timeMs);
    if (this.#isStopped) return;
    const nowMs = clock.now();
    // The first scrape stands beside the grid: the next is at least half an interval later.
    const earliestMs = Math.min(this.#dueMs, nowMs) + intervalMs / 2;
    const nextMs = nextGridTime(this.#grid, Math.max(nowMs, earliestMs));
    stats.skippedCount += Math.max(0, Math.round((nextMs - this.#dueMs) / intervalMs) - 1);
    this.#schedule(nextMs);
  }

  /** One scrape from the request to the store. It never throws. */
  async #scrape(timeMs: number): Promise<void> {
    const { clock, log } = this.#options.parts;
    const startMs = clock.monotonicMs();
    const answer = await this.#fetch();
    if (answer === undefined) return;
    const elapsedMs = (): number => clock.monotonicMs() - startMs;
    try {
      const moment = { timeMs, nowMs: clock.now(), elapsedMs };
      this.#note(timeMs, recordScrape(this.#recordParts(), answer, moment));
    } catch (bug) {
      // The target's loop outlives a bug in one of its scrapes; it is told apart by its text.
      log.error('scrape failed with a bug', {
        target: this.target.url,
        error: bug instanceof Error ? bug.stack : errorMessage(bug),
      });
    }
  }

  #recordParts(): Parameters<typeof recordScrape>[0] {
    const { parts, config, cache } = this.#options;
    const { appender, buffer } = parts;
    const { timeoutMs } = this.#target;
    return { appender, buffer, cache, report: this.#report, config, timeoutMs };
  }

  /** Gets the body; undefined where the whole process is stopping. */
  async #fetch(): Promise<ScrapeAnswer | undefined> {
    if (this.#forcedError !== undefined) return { kind: 'failure', error: this.#forcedError };
    const { clock } = this.#options.parts;
    const { timeoutMs } = this.target;
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    const { signal } = this.#abort;
    const timer = clock.after(timeoutMs, () => {
      this.#breakOff(noAnswerWithin(formatDuration(timeoutMs)));
    });
    try {
      return await this.#fetchUnder(signal);
    } catch (cause) {
      // A fetcher may throw anything; its message is what the target's page shows.
      const error = cause instanceof Error ? cause : new Error(errorMessage(cause));
      const isStopping = signal.aborted && this.#isStopped && !isTimeout(signal.reason);
      return isStopping ? undefined : { kind: 'failure', error };
    } finally {
      this.#giveUp = undefined;
      timer.cancel();
    }
  }

  async #fetchUnder(signal: AbortSignal): Promise<ScrapeAnswer> {
    const { config, fetchBody } = this.#options;
    const request = {
      url: this.target.url,
      headers: this.#headers,
      bodyBytesMax: config.limits.bodySizeBytes || BODY_BYTES_MAX,
      signal,
    };
    const { promise, resolve, reject } = Promise.withResolvers<FetchedBody>();
    this.#giveUp = reject;
    fetchBody(request).then(resolve, reject);
    const { bytes, contentType } = await promise;
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const format = bytes.length > 0 ? readContentType(contentType, config) : 'text';
    return { kind: 'body', body, format };
  }

  #note(timeMs: number, result: ScrapeResult): void {
    const { parts } = this.#options;
    const { error, counts } = result;
    parts.stats.add(result);
    const health = error === undefined ? 'up' : 'down';
    const from = this.#state.health;
    this.#state = {
      health,
      healthSince: from === health ? this.#state.healthSince : timeMs,
      lastError: error === undefined ? '' : describe(error),
      lastErrorCode: error instanceof AppError ? error.code : '',
      lastScrapeAt: timeMs,
      lastScrapeDurationMs: result.durationMs,
      scrapedCount: counts.scrapedCount,
      keptCount: counts.keptCount,
      seriesAddedCount: counts.seriesAddedCount,
      bodyBytes: Math.max(0, result.bodyBytes),
    };
    if (from !== health) {
      parts.onHealthChange({ target: this.view(), from, to: health, at: timeMs });
    }
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof AppError && reason.kind === 'timeout';
}

/** The message, with what the store's error was caused by: that the disk is full, say. */
function describe(error: Error): string {
  const { cause } = error;
  const isHelpful =
    error instanceof AppError && error.kind === 'unavailable' && cause instanceof Error;
  return isHelpful && !error.message.includes(cause.message) && !error.code.startsWith('SCRAPE_')
    ? `${error.message}: ${cause.message}`
    : error.message;
}
