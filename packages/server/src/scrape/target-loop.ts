/** The life of one target: it is scraped at its times until it is stopped. */
import {
  AppError,
  type Clock,
  describeError,
  errorMessage,
  formatDuration,
  type Log,
  type Timer,
} from '../platform/index.ts';
import type { Appender } from './appender.ts';
import type { ScrapeConfig } from './config.ts';
import {
  type BeginFetch,
  type BodyRequest,
  type FetchedBody,
  type Fetching,
  noAnswerWithin,
} from './fetch-body.ts';
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
import { type BodyFormat, readContentType, scrapeHeaders } from './scrape-headers.ts';
import {
  recordEnd,
  type RecordParts,
  recordScrape,
  type ScrapeAnswer,
  type ScrapeResult,
} from './scrape-record.ts';
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
  /** The same by the clock that never jumps. */
  readonly timeouts: WakeUps;
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
  readonly begin: BeginFetch;
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
  readonly #parts: RecordParts;
  readonly #grid: ScrapeGrid;
  readonly #headers: Readonly<Record<string, string>>;
  #request: BodyRequest;
  #state: State = FRESH;
  #forcedError: Error | undefined;
  #dueMs = 0;
  #timer: Timer | undefined;
  readonly #onDue = (): void => this.#wake();
  /** Of the scrape under way, or the last one. */
  #timeMs = 0;
  #startMs = 0;
  #timeout: Timer | undefined;
  #fetching: Fetching | undefined;
  #isUnderWay = false;
  readonly #end = {
    onBody: (body: FetchedBody): void => this.#finish(this.#readBody(body)),
    onError: (error: unknown): void => this.#fail(error),
  };
  readonly #onTimeout = (): void => this.#giveUp();
  readonly #elapsedMs = (): number => this.#options.parts.clock.monotonicMs() - this.#startMs;
  /** The Content-Type that the last body had, and what it says. */
  #contentType: string | undefined;
  #format: BodyFormat = 'text';
  /** Those who wait for the scrape under way. */
  #waiting: (() => void)[] = [];
  #isStopped = false;
  /** Whether nothing is to be written any more. */
  #isAborted = false;

  constructor(options: LoopOptions) {
    const { target, config, parts } = options;
    this.#target = target;
    this.cache = options.cache;
    this.#options = options;
    this.#grid = createGrid(target.intervalMs, target.identity);
    const { appender, buffer } = parts;
    const { cache } = options;
    const { timeoutMs } = target;
    const report = new ReportSeries({
      targetLabels: target.labels,
      isExtended: config.extraScrapeMetrics,
    });
    this.#parts = { appender, buffer, cache, report, config, timeoutMs };
    this.#headers = scrapeHeaders(config, { timeoutMs, version: parts.version });
    this.#request = this.#createRequest();
  }

  /** It stays the same from scrape to scrape, so that what is made of it can be kept. */
  #createRequest(): BodyRequest {
    const { limits } = this.#options.config;
    const bodyBytesMax = limits.bodySizeBytes || BODY_BYTES_MAX;
    return { url: this.#target.url, headers: this.#headers, bodyBytesMax };
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
    if (target.url !== this.#request.url) this.#request = this.#createRequest();
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
    this.#isAborted = true;
    this.#fetching?.cancel(reason);
    await this.idle();
  }

  /** Waits for the scrape under way. */
  async idle(): Promise<void> {
    if (!this.#isUnderWay) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  /** Forgets what the target has sent, once the scrape under way has ended; none comes after it. */
  async forget(): Promise<void> {
    await this.idle();
    this.cache.forget();
  }

  /** Makes every scrape fail with this reason, without asking the target. */
  force(error: Error | undefined): void {
    this.#forcedError = error;
  }

  /** Marks all that the target has written as ended. */
  writeEnd(timeMs: number): void {
    if (this.#state.lastScrapeAt !== undefined) recordEnd(this.#parts, timeMs);
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
    if (earlyMs <= 0) this.#begin(this.#dueMs - earlyMs);
    // A wait that is longer than timers keep is made of several; one that is longer than the
    // interval means that the wall clock was set back.
    else if (earlyMs <= this.#grid.intervalMs) this.#schedule(this.#dueMs);
    else this.#schedule(nextGridTime(this.#grid, nowMs));
  }

  /** Begins a scrape; `#end` hears of its end, or `#giveUp` makes one. */
  #begin(timeMs: number): void {
    const { begin, parts } = this.#options;
    this.#timeMs = timeMs;
    this.#startMs = parts.clock.monotonicMs();
    this.#isUnderWay = true;
    if (this.#forcedError !== undefined) {
      this.#fail(this.#forcedError);
      return;
    }
    // Whole milliseconds, so that those that begin together share a timer.
    const untilMs = Math.ceil(this.#startMs + this.#target.timeoutMs);
    this.#timeout = parts.timeouts.at(untilMs, this.#onTimeout);
    try {
      this.#fetching = begin(this.#request, this.#end);
    } catch (error) {
      this.#fail(error);
    }
  }

  #giveUp(): void {
    this.#fetching?.cancel(noAnswerWithin(formatDuration(this.#target.timeoutMs)));
  }

  #readBody({ bytes, contentType }: FetchedBody): ScrapeAnswer {
    try {
      if (contentType !== this.#contentType && bytes.length > 0) {
        this.#format = readContentType(contentType, this.#options.config);
        this.#contentType = contentType;
      }
    } catch (error) {
      return asFailure(error);
    }
    const isBuffer = Buffer.isBuffer(bytes);
    const body = isBuffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { kind: 'body', body, format: bytes.length > 0 ? this.#format : 'text' };
  }

  #fail(error: unknown): void {
    if (this.#isAborted) this.#rest();
    else this.#finish(asFailure(error));
  }

  /** Ends the scrape under way: into the store, and to the next one. */
  #finish(answer: ScrapeAnswer): void {
    const { clock, stats } = this.#options.parts;
    this.#record(answer);
    this.#rest();
    if (this.#isStopped) return;
    const nowMs = clock.now();
    const { intervalMs } = this.#grid;
    // The first scrape stands beside the grid: the next is at least half an interval later.
    const earliestMs = Math.min(this.#dueMs, nowMs) + intervalMs / 2;
    const nextMs = nextGridTime(this.#grid, Math.max(nowMs, earliestMs));
    stats.skippedCount += Math.max(0, Math.round((nextMs - this.#dueMs) / intervalMs) - 1);
    this.#schedule(nextMs);
  }

  #rest(): void {
    this.#timeout?.cancel();
    this.#timeout = undefined;
    this.#fetching = undefined;
    this.#isUnderWay = false;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  /** It never throws. */
  #record(answer: ScrapeAnswer): void {
    const { clock, log } = this.#options.parts;
    try {
      const moment = { timeMs: this.#timeMs, nowMs: clock.now(), elapsedMs: this.#elapsedMs };
      this.#note(this.#timeMs, recordScrape(this.#parts, answer, moment));
    } catch (bug) {
      // The target's loop outlives a bug in one of its scrapes; it is told apart by its text.
      log.error('scrape failed with a bug', {
        target: this.target.url,
        error: describeError(bug),
      });
    }
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

/** A fetcher may throw anything; its message is what the target's page shows. */
function asFailure(cause: unknown): ScrapeAnswer {
  const error = cause instanceof Error ? cause : new Error(errorMessage(cause));
  return { kind: 'failure', error };
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
