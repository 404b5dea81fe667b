/**
 * What one round of a queue sends: samples out of the log, given out to shards by their series, so
 * that the samples of a series stay in order whatever the shards do.
 */
import type { Exemplar, Histogram, Labels } from '../series/index.ts';
import type { RecordVisitor } from './send-records.ts';
import type { RemoteWriteConfig } from './send-config.ts';
import { createSentSeries, type SentSeries } from './write-encoder.ts';
import { readLabelsV1 } from './write-v1.ts';

/** A shard's part of a round, in columns. */
export interface ShardPart {
  readonly series: SentSeries[];
  readonly timesMs: number[];
  readonly startsMs: number[];
  readonly low: number[];
  readonly high: number[];
  /** Undefined: a float, whose bits are in `low` and `high`. */
  readonly payload: (Histogram | undefined)[];
  /** By entry, which is the newest of its series that came before them. */
  readonly exemplars: Map<number, Exemplar[]>;
}

function createPart(): ShardPart {
  return {
    series: [],
    timesMs: [],
    startsMs: [],
    low: [],
    high: [],
    payload: [],
    exemplars: new Map(),
  };
}

interface KnownSeries {
  /** Undefined: relabelling drops it. */
  readonly sent: SentSeries | undefined;
  readonly labelBytes: Uint8Array;
  readonly hash: number;
  /** When it was said last, so that what nobody says any more is forgotten. */
  round: number;
}

/** Series are forgotten when they were not said for as many segments. */
const FORGET_AFTER = 2;

/** The series that a queue knows, with their labels as they are sent. */
export class SentSeriesBook {
  readonly #relabel: (labels: Labels) => Labels | undefined;
  readonly #known = new Map<number, KnownSeries>();
  #round = 0;

  constructor(relabel: (labels: Labels) => Labels | undefined) {
    this.#relabel = relabel;
  }

  get count(): number {
    return this.#known.size;
  }

  note(ref: number, labelBytes: Uint8Array): void {
    const known = this.#known.get(ref);
    if (known !== undefined && Buffer.compare(known.labelBytes, labelBytes) === 0) {
      known.round = this.#round;
      return;
    }
    const labels = this.#relabel(readLabelsV1(labelBytes));
    const sent = labels === undefined ? undefined : createSentSeries(labels);
    this.#known.set(ref, {
      sent,
      labelBytes: Uint8Array.from(labelBytes),
      hash: Math.imul(ref, 0x9e3779b1) >>> 8,
      round: this.#round,
    });
  }

  find(ref: number): KnownSeries | undefined {
    return this.#known.get(ref);
  }

  /** A new segment says all of its series anew. */
  beginSegment(): void {
    this.#round++;
    for (const [ref, { round }] of this.#known) {
      if (round < this.#round - FORGET_AFTER) this.#known.delete(ref);
    }
  }
}

/** Takes in what is read from the log. */
export class SendRound implements RecordVisitor {
  readonly parts: readonly ShardPart[];
  readonly #book: SentSeriesBook;
  readonly #config: RemoteWriteConfig;
  readonly #oldestMs: number;
  readonly #newestOf = new Map<
    ShardPart,
    { readonly at: Map<SentSeries, number>; until: number }
  >();
  /** All samples that were read, those that are not sent too. */
  readCount = 0;
  /** Not sent: too old, or of a series that nothing tells the labels of. */
  tooOldCount = 0;
  unknownCount = 0;

  constructor(options: {
    readonly shardCount: number;
    readonly book: SentSeriesBook;
    readonly config: RemoteWriteConfig;
    readonly nowMs: number;
  }) {
    const { sampleAgeLimitMs } = options.config.queue;
    this.parts = Array.from({ length: options.shardCount }, createPart);
    this.#book = options.book;
    this.#config = options.config;
    this.#oldestMs = sampleAgeLimitMs === 0 ? -Infinity : options.nowMs - sampleAgeLimitMs;
  }

  onSeries(ref: number, labelBytes: Uint8Array): void {
    this.#book.note(ref, labelBytes);
  }

  onFloat(ref: number, timeMs: number, startMs: number, low: number, high: number): void {
    const part = this.#partFor(ref, timeMs);
    if (part === undefined) return;
    put(part, timeMs, startMs, undefined);
    part.low.push(low);
    part.high.push(high);
  }

  onHistogram(ref: number, timeMs: number, startMs: number, histogram: Histogram): void {
    const part = this.#config.sendHistograms ? this.#partFor(ref, timeMs) : this.#skip();
    if (part === undefined) return;
    put(part, timeMs, startMs, histogram);
    part.low.push(0);
    part.high.push(0);
  }

  onExemplar(ref: number, exemplar: Exemplar): void {
    const known = this.#book.find(ref);
    if (!this.#config.sendExemplars || known?.sent === undefined) return;
    const part = this.parts[known.hash % this.parts.length];
    // Receivers refuse a series without a sample. The log has samples before their exemplars, so
    // one whose sample is not part of this round has none.
    const at = this.#newest(part).get(known.sent);
    if (at === undefined) return;
    const waiting = part.exemplars.get(at) ?? [];
    part.exemplars.set(at, waiting);
    waiting.push(exemplar);
  }

  /** By series its newest entry in a part; rounds without exemplars need none of it. */
  #newest(part: ShardPart): ReadonlyMap<SentSeries, number> {
    const index = this.#newestOf.get(part) ?? { at: new Map<SentSeries, number>(), until: 0 };
    this.#newestOf.set(part, index);
    for (; index.until < part.series.length; index.until++) {
      index.at.set(part.series[index.until], index.until);
    }
    return index.at;
  }

  #skip(): undefined {
    this.readCount++;
  }

  #partFor(ref: number, timeMs: number): ShardPart | undefined {
    this.readCount++;
    const known = this.#book.find(ref);
    if (known === undefined) {
      this.unknownCount++;
      return undefined;
    }
    if (known.sent === undefined) return undefined;
    if (timeMs < this.#oldestMs) {
      this.tooOldCount++;
      return undefined;
    }
    const part = this.parts[known.hash % this.parts.length];
    part.series.push(known.sent);
    return part;
  }
}

function put(
  part: ShardPart,
  timeMs: number,
  startMs: number,
  payload: Histogram | undefined,
): void {
  part.timesMs.push(timeMs);
  part.startsMs.push(startMs);
  part.payload.push(payload);
}
