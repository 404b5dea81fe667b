/**
 * Sends to one receiver, round by round.
 *
 * A round reads from the log as much as the shards may hold, gives it out by series, and lets all
 * shards send at once, each its own part in order. When all are done the queue's place in the log
 * moves on, and is noted. So at most one round is sent twice after a kill (the receiver knows those
 * samples already), nothing is ever left out, the order of a series holds, and the number of shards
 * can change between rounds without a thought. The price is that fast shards wait for the slowest
 * of their round.
 */
import { setImmediate } from 'node:timers/promises';
import { type Clock, errorMessage, type Log, type Random } from '../platform/index.ts';
import { type Labels, labelValue, METRIC_NAME } from '../series/index.ts';
import { SEND_CURSOR_INTERVAL_MS, SEND_WARNING_INTERVAL_MS } from './limits.ts';
import type { LogFolder } from './log-folder.ts';
import type { WriteVersion } from './receiver.ts';
import type { SendTarget } from './send-config.ts';
import { deliver, pause, type Verdict } from './send-delivery.ts';
import type { LogPlace, SendLog } from './send-log.ts';
import type { RecordVisitor } from './send-records.ts';
import { SendRound, SentSeriesBook, type ShardPart } from './send-round.ts';
import { packSnappy } from './snappy.ts';
import { createWriteEncoder, type SentMetadata, type WriteEncoder } from './write-encoder.ts';

/** What a queue tells of itself; counts since the start. */
export interface SendStats {
  readonly name: string;
  readonly url: string;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly metadata: number;
  /** Refused by the receiver. */
  readonly failed: number;
  /** Samples in requests that were tried again. */
  readonly retried: number;
  /** Given up: too old, or beyond the bound of the log. */
  readonly dropped: number;
  readonly bytes: number;
  readonly shards: number;
  readonly shardsMin: number;
  readonly shardsMax: number;
  /** Bytes of the log that are still to be sent. */
  readonly pendingBytes: number;
  /** Time of the newest sample that was sent; 0: none yet. */
  readonly newestSentMs: number;
  /** How far that is behind what was written. */
  readonly behindMs: number;
  readonly samplesPerSecond: number;
  readonly lastError: string;
  readonly lastErrorAt: number;
  readonly isWaiting: boolean;
}

export interface SendQueueOptions {
  readonly target: SendTarget;
  readonly sendLog: SendLog;
  readonly folder: LogFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly userAgent: string;
  /** What the metrics are; asked for each time that metadata is sent. */
  readonly metadata: () => Iterable<SentMetadata>;
}

/** How the rate that is shown follows the last rounds. */
const RATE_WEIGHT = 0.2;

export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #abort = new AbortController();
  readonly #book: SentSeriesBook;
  #metadata: ReadonlyMap<string, SentMetadata> = new Map();
  #metadataAt = -Infinity;
  #place: LogPlace;
  /** Samples that were in the log before this process, or before this queue, are due at once. */
  #readCount: number;
  #savedAt = -Infinity;
  #shardCount: number;
  #version: WriteVersion;
  #running: Promise<void> | undefined;
  #wake: () => void = () => {};
  #warnedAt = -Infinity;
  #isBacklog = true;
  #roundAt: number;
  #newestSentMs = 0;
  #rate = 0;
  #isWaiting = false;
  #lastError = '';
  #lastErrorAt = 0;
  readonly #counts = {
    samples: 0,
    histograms: 0,
    exemplars: 0,
    metadata: 0,
    failed: 0,
    retried: 0,
    dropped: 0,
    bytes: 0,
  };

  constructor(options: SendQueueOptions) {
    const { target, sendLog, folder, clock } = options;
    this.#options = options;
    this.#book = new SentSeriesBook(target.relabel);
    this.#shardCount = target.config.queue.minShards;
    this.#version = target.config.version;
    const saved = parsePlace(folder.readText(cursorName(target.config.name)));
    // Who is new gets what comes from now on.
    this.#place = saved === undefined ? sendLog.end : sendLog.clamp(saved);
    this.#readCount = sendLog.writtenCount;
    this.#roundAt = clock.monotonicMs();
  }

  get name(): string {
    return this.#options.target.config.name;
  }

  get place(): LogPlace {
    return this.#place;
  }

  /** Begins to send. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Says that there is more in the log. */
  notify(): void {
    this.#wake();
  }

  /** Segments were given up that this queue had not read; answers what it lost. */
  noteLoss(lostFrom: LogPlace, count: number): void {
    this.#place = lostFrom;
    this.#counts.dropped += count;
  }

  /** Ends; what is on its way is called off and stays in the log. */
  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake();
    await this.#running;
    this.#save();
    this.#options.target.close();
  }

  stats(): SendStats {
    const { target, sendLog } = this.#options;
    const { config } = target;
    const pendingBytes = sendLog.bytesFrom(this.#place);
    const isBehind = pendingBytes > 0 && this.#newestSentMs > 0;
    return {
      name: config.name,
      url: config.url,
      ...this.#counts,
      shards: this.#shardCount,
      shardsMin: config.queue.minShards,
      shardsMax: config.queue.maxShards,
      pendingBytes,
      newestSentMs: this.#newestSentMs,
      behindMs: isBehind ? Math.max(0, sendLog.newestMs - this.#newestSentMs) : 0,
      samplesPerSecond: this.#rate,
      lastError: this.#lastError,
      lastErrorAt: this.#lastErrorAt,
      isWaiting: this.#isWaiting,
    };
  }

  /** What fails here is the disk under the log; the receiver's answers have rules of their own. */
  async #run(): Promise<void> {
    const { target, clock } = this.#options;
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#runRounds();
      } catch (error) {
        this.#noteError(errorMessage(error), 'cannot read what is to be sent; trying again', 0);
        await pause(target.config.queue.maxBackoffMs, clock, signal);
      }
    }
  }

  async #runRounds(): Promise<void> {
    const { signal } = this.#abort;
    this.#learnSeries();
    while (!signal.aborted) {
      await this.#waitForWork();
      if (signal.aborted) return;
      await this.#sendMetadata();
      await this.#sendRound();
      // Whatever else the process has to do comes between two rounds.
      await setImmediate();
    }
  }

  /** Until there is enough for full requests, or what there is has waited long enough. */
  async #waitForWork(): Promise<void> {
    const { target, sendLog, clock } = this.#options;
    const { maxSamplesPerSend, batchSendDeadlineMs } = target.config.queue;
    const isEnough = (): boolean =>
      this.#isBacklog ||
      sendLog.writtenCount - this.#readCount >= maxSamplesPerSend * this.#shardCount;
    const untilMs = clock.monotonicMs() + batchSendDeadlineMs;
    while (!this.#abort.signal.aborted && !isEnough()) {
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await pause(leftMs, clock, woken.signal);
      this.#wake = () => {};
    }
  }

  async #sendRound(): Promise<void> {
    const { target, sendLog, clock } = this.#options;
    const { config } = target;
    const round = new SendRound({
      shardCount: this.#shardCount,
      book: this.#book,
      config,
      nowMs: clock.now(),
    });
    const enough = config.queue.capacity * this.#shardCount;
    const from = this.#place;
    const end = sendLog.read(from, round, () => round.readCount >= enough);
    // What came while nobody looked is due when it is enough, or old enough.
    this.#isBacklog = round.readCount >= enough;
    const readCount = this.#isBacklog ? this.#readCount + round.readCount : sendLog.writtenCount;
    this.#counts.dropped += round.tooOldCount + round.unknownCount;
    const parts = round.parts.filter(({ series }) => series.length > 0);
    const done = await Promise.all(parts.map(async (part) => this.#sendPart(part)));
    if (!done.every(Boolean)) return;
    // Unless the place was moved meanwhile, because what was read here is already given up.
    if (this.#place === from) this.#place = end;
    if (end.segment !== from.segment) this.#book.beginSegment();
    this.#readCount = readCount;
    this.#noteRate(round.readCount);
    this.#adaptShards();
    if (clock.monotonicMs() - this.#savedAt >= SEND_CURSOR_INTERVAL_MS) this.#save();
  }

  /**
   * Labels stand where a segment first mentions their series. Who goes on in the middle of one reads
   * those before it.
   */
  #learnSeries(): void {
    const { segment, at } = this.#place;
    if (at === 0) return;
    const visitor: RecordVisitor = {
      onSeries: (ref, labelBytes) => this.#book.note(ref, labelBytes),
      onFloat() {},
      onHistogram() {},
      onExemplar() {},
    };
    const { sendLog } = this.#options;
    sendLog.read({ segment, at: 0 }, visitor, (in_, to) => in_ !== segment || to >= at);
  }

  /** Sends a shard's part in order; false where we are stopping and it is not all sent. */
  async #sendPart(part: ShardPart): Promise<boolean> {
    const { maxSamplesPerSend } = this.#options.target.config.queue;
    for (let from = 0; from < part.series.length; from += maxSamplesPerSend) {
      const to = Math.min(part.series.length, from + maxSamplesPerSend);
      if (!(await this.#sendSlice(part, from, to))) return false;
    }
    return true;
  }

  async #sendSlice(part: ShardPart, from: number, to: number): Promise<boolean> {
    const encoder = this.#createEncoder();
    encoder.begin();
    const sums = { samples: 0, histograms: 0, exemplars: 0, newestMs: 0 };
    for (let at = from; at < to; at++) addEntry(encoder, part, at, sums);
    const count = to - from;
    const verdict = await this.#deliver(packSnappy(encoder.finish()), count);
    switch (verdict.kind) {
      case 'stopped':
        return false;
      case 'unsupported':
        this.#fallBack();
        return this.#sendSlice(part, from, to);
      case 'refused':
        this.#counts.failed += count;
        this.#noteError(verdict.why, 'samples were refused and are not sent again', count);
        break;
      case 'sent':
        this.#counts.samples += sums.samples;
        this.#counts.histograms += sums.histograms;
        this.#counts.exemplars += sums.exemplars;
    }
    this.#newestSentMs = Math.max(this.#newestSentMs, sums.newestMs);
    return true;
  }

  /** Shards send at the same time, so each request has an encoder of its own. */
  #createEncoder(): WriteEncoder {
    return createWriteEncoder(this.#version, (labels) => findMetadata(this.#metadata, labels));
  }

  async #deliver(body: Uint8Array, count: number): Promise<Verdict> {
    const { target, clock, random, userAgent } = this.#options;
    const verdict = await deliver(body, {
      target,
      version: this.#version,
      clock,
      random,
      userAgent,
      signal: this.#abort.signal,
      onRetry: (why) => {
        this.#isWaiting = true;
        this.#counts.retried += count;
        this.#noteError(why, 'cannot send samples; trying again', count);
      },
    });
    if (verdict.kind === 'sent') {
      this.#isWaiting = false;
      this.#counts.bytes += body.length;
    }
    return verdict;
  }

  /** The receiver speaks version 1 only; said once, because it holds until a restart or reload. */
  #fallBack(): void {
    if (this.#version === 'v1') return;
    this.#version = 'v1';
    const { log, target } = this.#options;
    log.warn('the receiver does not speak remote write 2.0; going on with 1.0', {
      remote: this.name,
      url: hidePassword(target.config.url),
    });
  }

  #noteError(why: string, what: string, count: number): void {
    const { clock, log, target } = this.#options;
    this.#lastError = why;
    this.#lastErrorAt = clock.now();
    if (clock.monotonicMs() - this.#warnedAt < SEND_WARNING_INTERVAL_MS) return;
    this.#warnedAt = clock.monotonicMs();
    const url = hidePassword(target.config.url);
    log.warn(what, { remote: this.name, url, count, error: why });
  }

  /** Types and help texts: with version 1 in requests of their own, with 2 beside the series. */
  async #sendMetadata(): Promise<void> {
    const { target, clock, metadata } = this.#options;
    const { isSent, intervalMs, countPerSend } = target.config.metadata;
    if (!isSent || clock.monotonicMs() - this.#metadataAt < intervalMs) return;
    this.#metadataAt = clock.monotonicMs();
    this.#metadata = new Map(Array.from(metadata(), (one) => [one.metric, one]));
    if (this.#version === 'v2') return;
    const all = [...this.#metadata.values()];
    for (let from = 0; from < all.length; from += countPerSend) {
      const encoder = this.#createEncoder();
      encoder.begin();
      const some = all.slice(from, from + countPerSend);
      for (const one of some) encoder.addMetadata(one);
      const verdict = await this.#deliver(packSnappy(encoder.finish()), 0);
      if (verdict.kind !== 'sent') return;
      this.#counts.metadata += some.length;
    }
  }

  #noteRate(count: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    const seconds = Math.max(0.001, (nowMs - this.#roundAt) / 1000);
    this.#roundAt = nowMs;
    this.#rate += RATE_WEIGHT * (count / seconds - this.#rate);
  }

  /** Twice as many while a round leaves something over, half as many while there is little. */
  #adaptShards(): void {
    const { minShards, maxShards, maxSamplesPerSend } = this.#options.target.config.queue;
    if (this.#isBacklog) this.#shardCount = Math.min(maxShards, this.#shardCount * 2);
    else if (this.#rate < (maxSamplesPerSend * this.#shardCount) / 4) {
      this.#shardCount = Math.max(minShards, Math.floor(this.#shardCount / 2));
    }
  }

  #save(): void {
    const { folder, clock, log } = this.#options;
    this.#savedAt = clock.monotonicMs();
    try {
      folder.writeText(cursorName(this.name), JSON.stringify(this.#place));
    } catch (error) {
      // Then more is sent twice after a restart, which receivers take for what it is.
      log.warn('cannot note how far remote write has come', { error: errorMessage(error) });
    }
  }
}

interface Sums {
  samples: number;
  histograms: number;
  exemplars: number;
  newestMs: number;
}

function addEntry(encoder: WriteEncoder, part: ShardPart, at: number, sums: Sums): void {
  const series = part.series[at];
  const exemplars = part.exemplars.get(at);
  const stamp = {
    timeMs: part.timesMs[at],
    startMs: part.startsMs[at],
    ...(exemplars !== undefined && { exemplars }),
  };
  const payload = part.payload[at];
  sums.exemplars += exemplars?.length ?? 0;
  if (stamp.timeMs > sums.newestMs) sums.newestMs = stamp.timeMs;
  if (payload === undefined) {
    sums.samples++;
    encoder.addFloat(series, stamp, [part.low[at], part.high[at]]);
  } else {
    sums.histograms++;
    encoder.addHistogram(series, stamp, payload);
  }
}

/** Series of a histogram or a summary have the metadata of their family. */
const SUFFIX = /_(bucket|count|sum)$/;

function findMetadata(
  all: ReadonlyMap<string, SentMetadata>,
  labels: Labels,
): SentMetadata | undefined {
  const metric = labelValue(labels, METRIC_NAME);
  return all.get(metric) ?? all.get(metric.replace(SUFFIX, ''));
}

/** A URL as it may be shown. */
export function hidePassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.password === '' && parsed.username === '')) return url;
  parsed.password = '';
  parsed.username = '';
  return parsed.href;
}

/** The file in which a queue notes its place; names are anything, files are not. */
export function cursorName(name: string): string {
  return `${Buffer.from(name).toString('base64url').slice(0, CURSOR_NAME_MAX)}.cursor`;
}

/** Longer names than file systems take would otherwise be refused there. */
const CURSOR_NAME_MAX = 180;

/** Reads a place as a queue notes it; undefined where it makes no sense. */
export function parsePlace(text: string | undefined): LogPlace | undefined {
  if (text === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(text);
    if (typeof place !== 'object' || place === null) return undefined;
    if (!('segment' in place) || !('at' in place)) return undefined;
    const { segment, at } = place;
    return isPosition(segment) && isPosition(at) ? { segment, at } : undefined;
  } catch {
    // Damaged: the queue begins anew, as one that is new.
    return undefined;
  }
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
