/**
 * Puts the result of one scrape into the store: the samples of a body, or the reason why there is
 * none, and in both cases the markers of what has vanished and the report about the scrape itself.
 *
 * All of it goes over in one batch at one moment. Everything here is synchronous, so that one
 * buffer serves all targets.
 */
import { AppError, errorMessage, invalid, limitExceeded } from '../platform/index.ts';
import { isStale } from '../series/index.ts';
import type { Appender, AppendOutcome } from './appender.ts';
import type { ScrapeConfig } from './config.ts';
import { AHEAD_MS_MAX, RESOLVE_ROUNDS_MAX } from './limits.ts';
import { ProtoFault } from './proto-wire.ts';
import type { ReportSeries } from './report-series.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import type { BodyFormat } from './scrape-headers.ts';
import type { SeriesCache } from './series-cache.ts';
import type { ReadCounts } from './series-ledger.ts';
import { NEWLINE, TextFault } from './text-lexer.ts';

/** A body, and what it is written in. */
export interface FormattedBody {
  readonly body: Buffer;
  readonly format: BodyFormat;
}

/** What one scrape brought. */
export type ScrapeAnswer =
  | ({ readonly kind: 'body' } & FormattedBody)
  | { readonly kind: 'failure'; readonly error: Error };

export interface ScrapeMoment {
  /** The time of the samples. */
  readonly timeMs: number;
  /** Wall time, which bounds the times that samples may carry themselves. */
  readonly nowMs: number;
  /** How long the scrape took so far; asked for when the body has been read. */
  elapsedMs(): number;
}

/** The parts that one target's scrapes are recorded with. */
export interface RecordParts {
  readonly appender: Appender;
  readonly buffer: SampleBuffer;
  readonly cache: SeriesCache;
  readonly report: ReportSeries;
  readonly config: ScrapeConfig;
  readonly timeoutMs: number;
}

export interface ScrapeResult {
  /** Why the target is down; undefined where it is up. */
  readonly error: Error | undefined;
  /** Whether the store has taken the scrape; if not, not even `up` was written. */
  readonly isStored: boolean;
  readonly counts: ReadCounts;
  readonly outcome: AppendOutcome;
  readonly bodyBytes: number;
  readonly durationMs: number;
}

const NOTHING_APPENDED: AppendOutcome = {
  appendedCount: 0,
  outOfOrderCount: 0,
  duplicateCount: 0,
  unknownRefs: [],
};

/** Records one scrape. It throws on bugs only. */
export function recordScrape(
  parts: RecordParts,
  answer: ScrapeAnswer,
  moment: ScrapeMoment,
): ScrapeResult {
  const { cache, buffer, appender } = parts;
  buffer.clear();
  const { counts, error } = readAnswer(parts, answer, moment);
  const bodyBytes = bodySize(answer);
  const durationMs = moment.elapsedMs();
  const { scrapedCount, keptCount, seriesAddedCount } = counts;
  const result = { counts, bodyBytes, durationMs };
  try {
    cache.addVanished(buffer, moment.timeMs);
    const report = {
      isUp: error === undefined,
      durationMs,
      scrapedCount,
      keptCount,
      seriesAddedCount,
      timeoutMs: parts.timeoutMs,
      sampleLimit: parts.config.limits.sampleCount,
      bodyBytes,
    };
    parts.report.add(report, moment.timeMs, appender, buffer);
    const outcome = appendAll(parts);
    cache.commit();
    return { ...result, error, isStored: true, outcome };
  } catch (storeError) {
    cache.rollback();
    const shown = asOperatingError(storeError);
    return { ...result, error: shown, isStored: false, outcome: NOTHING_APPENDED };
  }
}

/**
 * Marks all series of a target that is not scraped any more as ended. Throws what the store throws.
 */
export function recordEnd(parts: RecordParts, timeMs: number): void {
  const { cache, buffer, appender, report } = parts;
  buffer.clear();
  cache.begin();
  cache.addVanished(buffer, timeMs);
  report.addStale(timeMs, appender, buffer);
  appender.append(buffer);
  cache.commit();
}

/** Reads the body into the buffer; a body that cannot be read leaves the buffer empty. */
function readAnswer(
  parts: RecordParts,
  answer: ScrapeAnswer,
  moment: ScrapeMoment,
): { readonly counts: ReadCounts; readonly error: Error | undefined } {
  const { cache, buffer, config } = parts;
  cache.begin();
  if (answer.kind === 'failure') return { counts: cache.counts, error: answer.error };
  const { sampleCount } = config.limits;
  try {
    const options = {
      timeMs: moment.timeMs,
      timeMsMax: moment.nowMs + AHEAD_MS_MAX,
      honorTimestamps: config.honorTimestamps,
      trackTimestampsStaleness: config.trackTimestampsStaleness,
      sampleLimit: sampleCount,
      format: answer.format,
      histograms: config.histograms,
    };
    const counts = cache.read(answer.body, options, buffer);
    if (counts.isOverSampleLimit) throw overSampleLimit(counts.keptCount, sampleCount);
    cache.resolve(parts.appender, buffer);
    return { counts, error: undefined };
  } catch (cause) {
    const { counts } = cache;
    const error = asParseError(answer.body, cause);
    cache.rollback();
    buffer.clear();
    cache.begin();
    return { counts, error: asOperatingError(error) };
  }
}

function overSampleLimit(count: number, limit: number): Error {
  const message = `sample limit exceeded: ${count} samples, limit ${limit}`;
  return limitExceeded('SCRAPE_SAMPLE_LIMIT', message);
}

function asParseError(body: Buffer, cause: unknown): unknown {
  if (cause instanceof TextFault) return parseError(body, cause);
  if (!(cause instanceof ProtoFault)) return cause;
  const message = `cannot parse protobuf at byte ${cause.at}: ${cause.message}`;
  return invalid('SCRAPE_PARSE_ERROR', message, { cause });
}

function parseError(body: Buffer, fault: TextFault): Error {
  let line = 1;
  const end = Math.min(fault.at, body.length);
  for (let i = 0; i < end; i++) if (body[i] === NEWLINE) line++;
  const message = `cannot parse line ${line}: ${fault.message}`;
  return invalid('SCRAPE_PARSE_ERROR', message, { cause: fault });
}

/** Bugs travel on; what can happen in a healthy program is shown at the target. */
function asOperatingError(error: unknown): Error {
  if (error instanceof AppError) return error;
  throw error instanceof Error ? error : new Error(errorMessage(error));
}

function bodySize(answer: ScrapeAnswer): number {
  if (answer.kind === 'body') return answer.body.length;
  const { error } = answer;
  return error instanceof AppError && error.code === 'SCRAPE_BODY_TOO_LARGE' ? -1 : 0;
}

/** Hands the buffer over; series that the store has forgotten are resolved and sent again. */
function appendAll(parts: RecordParts): AppendOutcome {
  const { appender, buffer } = parts;
  let outcome = appender.append(buffer);
  let appendedCount = outcome.appendedCount;
  let outOfOrderCount = outcome.outOfOrderCount;
  let duplicateCount = outcome.duplicateCount;
  for (let round = 0; round < RESOLVE_ROUNDS_MAX && outcome.unknownRefs.length > 0; round++) {
    const unknown = new Set(outcome.unknownRefs);
    // A series that the store has forgotten needs no marker that it has ended.
    buffer.filter((row) => unknown.has(buffer.refs[row]) && !isStale(buffer.bits, row));
    if (buffer.count === 0) break;
    for (let row = 0; row < buffer.count; row++) resolveRow(parts, row);
    outcome = appender.append(buffer);
    appendedCount += outcome.appendedCount;
    outOfOrderCount += outcome.outOfOrderCount;
    duplicateCount += outcome.duplicateCount;
  }
  return { appendedCount, outOfOrderCount, duplicateCount, unknownRefs: outcome.unknownRefs };
}

function resolveRow(parts: RecordParts, row: number): void {
  const { appender, buffer, cache, report } = parts;
  const owner = buffer.owners[row];
  const ref = report.owns(owner)
    ? report.resolveAgain(owner, appender)
    : cache.resolveAgain(owner, appender);
  buffer.renumber(row, ref);
}
