/**
 * The log of what is to be sent, one for all receivers, on disk.
 *
 * What the store has taken is written here at once (one write), and each receiver's queue reads
 * from its own place (send-queue.ts). So an outage of a receiver costs disk and no memory, a restart
 * loses nothing, and a receiver that is behind holds up nobody. Segments say the labels of each
 * series that they mention, so each can be read, and given up, by itself. When the log is larger
 * than its bound the oldest segment goes, whoever still wanted it.
 *
 * Why not the store's own log: it is cut at each checkpoint, seconds to minutes old, and a receiver
 * may be away for a day (ADR 107).
 */
import { errorMessage, type Log, systemErrorCode } from '../platform/index.ts';
import type { Labels, SampleBatch } from '../series/index.ts';
import { SEND_LOG_BYTES_MAX, SEND_READ_BYTES, SEND_SEGMENT_BYTES } from './limits.ts';
import type { LogFile, LogFolder } from './log-folder.ts';
import {
  FRAME_BYTES,
  readRecord,
  recordBytes,
  RecordWriter,
  type RecordVisitor,
} from './send-records.ts';
import { createSentSeries } from './write-encoder.ts';

/** A place in the log: a segment and a byte in it. */
export interface LogPlace {
  readonly segment: number;
  readonly at: number;
}

/** Asked before each record, with its place. */
export type HasEnough = (segment: number, at: number) => boolean;

export interface SendLogOptions {
  readonly folder: LogFolder;
  readonly log: Log;
  /** The labels of a series of the store; undefined where it has forgotten it. */
  readonly labelsOf: (ref: number) => Labels | undefined;
  readonly segmentBytes?: number;
  readonly bytesMax?: number;
}

export class SendLog {
  readonly #folder: LogFolder;
  readonly #log: Log;
  readonly #labelsOf: (ref: number) => Labels | undefined;
  readonly #segmentBytes: number;
  readonly #bytesMax: number;
  readonly #writer = new RecordWriter();
  /** Sizes of all segments; the newest is written to. */
  readonly #sizes = new Map<number, number>();
  /** Series that the newest segment has the labels of. */
  readonly #declared = new Set<number>();
  #segment: number;
  #file: LogFile | undefined;
  #isDirty = false;
  /** Segments that are full, until they are durable. */
  readonly #full: LogFile[] = [];
  /** What is read lies here; as large as was needed so far. */
  #buffer = Buffer.alloc(0);
  /** Samples written since the start. */
  writtenCount = 0;
  /** Time of the newest sample that was written. */
  newestMs = 0;
  /** Batches that the disk refused. */
  failureCount = 0;
  damagedCount = 0;

  constructor(options: SendLogOptions) {
    this.#folder = options.folder;
    this.#log = options.log;
    this.#labelsOf = options.labelsOf;
    this.#segmentBytes = options.segmentBytes ?? SEND_SEGMENT_BYTES;
    this.#bytesMax = options.bytesMax ?? SEND_LOG_BYTES_MAX;
    for (const name of this.#folder.list()) {
      if (!/^\d{8}$/.test(name)) continue;
      const file = this.#folder.open(name);
      this.#sizes.set(Number(name), file.sizeBytes());
      file.close();
    }
    // Never on with an old segment: its end may be torn.
    this.#segment = Math.max(0, ...this.#sizes.keys()) + 1;
  }

  /** Where the next record will stand. */
  get end(): LogPlace {
    return { segment: this.#segment, at: this.#sizes.get(this.#segment) ?? 0 };
  }

  get sizeBytes(): number {
    let sum = 0;
    for (const size of this.#sizes.values()) sum += size;
    return sum;
  }

  /** Bytes between a place and the end. */
  bytesFrom(place: LogPlace): number {
    let sum = 0;
    for (const [segment, size] of this.#sizes) {
      if (segment > place.segment) sum += size;
      else if (segment === place.segment) sum += Math.max(0, size - place.at);
    }
    return sum;
  }

  /** The place itself, or the oldest that is left where it is gone; a place after the end is it. */
  clamp(place: LogPlace): LogPlace {
    const oldest = Math.min(this.#segment, ...this.#sizes.keys());
    if (place.segment < oldest) return { segment: oldest, at: 0 };
    return place.segment > this.#segment ? this.end : place;
  }

  /** Writes what the store has taken. What the disk refuses is counted, and the samples not sent. */
  append(batch: SampleBatch): void {
    const { histograms, exemplars = [] } = batch;
    if (batch.count === 0 && exemplars.length === 0) return;
    if ((this.#sizes.get(this.#segment) ?? 0) >= this.#segmentBytes) this.#rotate();
    const fresh: number[] = [];
    this.#writer.reset();
    this.#declareAll(batch, fresh);
    const floats = new Uint32Array(batch.count);
    let floatCount = 0;
    let sampleCount = 0;
    let { newestMs } = this;
    for (let at = 0; at < batch.count; at++) {
      const histogram = histograms?.[at];
      if (!this.#declared.has(batch.refs[at])) continue;
      if (histogram === undefined) floats[floatCount++] = at;
      else {
        const startMs = batch.startTimesMs?.[at] ?? 0;
        this.#writer.putHistogram(batch.refs[at], batch.timesMs[at], startMs, histogram);
      }
      sampleCount++;
      if (batch.timesMs[at] > newestMs) newestMs = batch.timesMs[at];
    }
    if (floatCount > 0) this.#writer.putFloats(batch, floats.subarray(0, floatCount));
    for (const { ref, exemplar } of exemplars) {
      if (this.#declared.has(ref)) this.#writer.putExemplar(ref, exemplar);
    }
    if (!this.#write(fresh)) return;
    this.writtenCount += sampleCount;
    this.newestMs = newestMs;
  }

  #declareAll(batch: SampleBatch, fresh: number[]): void {
    const declare = (ref: number): void => {
      if (this.#declared.has(ref)) return;
      const labels = this.#labelsOf(ref);
      if (labels === undefined) return;
      this.#declared.add(ref);
      fresh.push(ref);
      this.#writer.putSeries(ref, createSentSeries(labels).labelBytes);
    };
    for (let at = 0; at < batch.count; at++) declare(batch.refs[at]);
    for (const { ref } of batch.exemplars ?? []) declare(ref);
  }

  /** Whether the disk has taken it. */
  #write(fresh: readonly number[]): boolean {
    const bytes = this.#writer.finish();
    const size = this.#sizes.get(this.#segment) ?? 0;
    try {
      this.#file ??= this.#folder.create(nameOf(this.#segment));
      // At the end of what is sound: what a failed write left there is written over.
      this.#file.write(bytes, size);
      this.#sizes.set(this.#segment, size + bytes.length);
      this.#isDirty = true;
      return true;
    } catch (error) {
      this.failureCount++;
      for (const ref of fresh) this.#declared.delete(ref);
      this.#log.error('cannot keep samples for remote write; they will not be sent', {
        error: errorMessage(error),
      });
      return false;
    }
  }

  #rotate(): void {
    // Not closed here: it may be on its way to the disk just now.
    if (this.#file !== undefined) this.#full.push(this.#file);
    this.#file = undefined;
    this.#isDirty = false;
    this.#segment++;
    this.#declared.clear();
  }

  /** Makes what was written durable; call it about once a second. */
  async sync(): Promise<void> {
    for (const file of this.#full.splice(0)) {
      try {
        await file.sync();
      } finally {
        file.close();
      }
    }
    if (!this.#isDirty || this.#file === undefined) return;
    this.#isDirty = false;
    await this.#file.sync();
  }

  /**
   * Removes segments that all readers have behind them, and the oldest while the log is too large:
   * then `onLoss` is told of the segment, and may ask how many samples it has after a place. Answers
   * how many segments somebody still wanted.
   */
  trim(
    readers: readonly LogPlace[],
    onLoss: (lost: { readonly segment: number }, countAfter: (place: LogPlace) => number) => void,
  ): number {
    const needed = Math.min(this.#segment, ...readers.map(({ segment }) => segment));
    let lostCount = 0;
    for (const segment of [...this.#sizes.keys()].sort((a, b) => a - b)) {
      if (segment === this.#segment) break;
      const isWanted = segment >= needed;
      if (isWanted && this.sizeBytes <= this.#bytesMax) break;
      if (isWanted) {
        lostCount++;
        onLoss({ segment }, (place) => this.#countSamples(segment, place));
      }
      this.#remove(segment);
    }
    return lostCount;
  }

  #countSamples(segment: number, place: LogPlace): number {
    let count = 0;
    const counter: RecordVisitor = {
      onSeries() {},
      onFloat: () => void count++,
      onHistogram: () => void count++,
      onExemplar() {},
    };
    const from = place.segment === segment ? place : { segment, at: 0 };
    this.read(from, counter, (at) => at !== segment);
    return count;
  }

  #remove(segment: number): void {
    this.#sizes.delete(segment);
    try {
      this.#folder.remove(nameOf(segment));
    } catch (error) {
      this.#log.warn('cannot remove a segment of the log of remote write', {
        segment,
        error: errorMessage(error),
      });
    }
  }

  /**
   * Reads records from a place on, until somebody has had enough or there are none. Answers where
   * it stopped. A damaged record ends its segment.
   */
  read(from: LogPlace, visitor: RecordVisitor, hasEnough: HasEnough): LogPlace {
    let place = this.clamp(from);
    while (!hasEnough(place.segment, place.at)) {
      const size = this.#sizes.get(place.segment) ?? 0;
      if (place.at >= size) {
        if (place.segment >= this.#segment) break;
        place = { segment: place.segment + 1, at: 0 };
        continue;
      }
      place = this.#readPart(place, size, visitor, hasEnough);
    }
    return place;
  }

  #readPart(
    { segment, at }: LogPlace,
    size: number,
    visitor: RecordVisitor,
    hasEnough: HasEnough,
  ): LogPlace {
    const bytes = this.#load(segment, at, Math.min(SEND_READ_BYTES, size - at));
    let done = 0;
    while (!hasEnough(segment, at + done)) {
      const length = recordBytes(bytes, done);
      if (length === undefined) break;
      const isBeyond = at + done + length > size;
      if (length === 0 || isBeyond) return this.#giveUp(segment, size);
      if (done + length > bytes.length) {
        if (done > 0) break;
        // A record longer than what was read: of very long labels.
        const whole = this.#load(segment, at, length);
        if (!readOrRefuse(whole, 0, visitor)) return this.#giveUp(segment, size);
        return { segment, at: at + length };
      }
      if (!readOrRefuse(bytes, done, visitor)) return this.#giveUp(segment, size);
      done += length;
    }
    const isTorn = done === 0 && bytes.length < FRAME_BYTES;
    return isTorn ? this.#giveUp(segment, size) : { segment, at: at + done };
  }

  #giveUp(segment: number, size: number): LogPlace {
    this.damagedCount++;
    this.#log.warn('a segment of the log of remote write is damaged; its rest is not sent', {
      segment,
    });
    return { segment, at: size };
  }

  #load(segment: number, at: number, length: number): Buffer {
    if (length > this.#buffer.length) {
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
    }
    const into = this.#buffer.subarray(0, length);
    const isOpen = segment === this.#segment && this.#file !== undefined;
    const file = isOpen ? this.#file : undefined;
    if (file !== undefined) return into.subarray(0, file.read(into, at));
    const old = this.#openOld(segment);
    try {
      return into.subarray(0, old?.read(into, at) ?? 0);
    } finally {
      old?.close();
    }
  }

  /** A segment that is gone counts as cut off: waiting would not bring it back. */
  #openOld(segment: number): LogFile | undefined {
    try {
      return this.#folder.open(nameOf(segment));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.sync();
    this.#file?.close();
    this.#file = undefined;
  }

  /** Removes everything: nobody is left to send to. */
  clear(): void {
    this.#rotate();
    const all = Array.from(this.#sizes.keys());
    for (const segment of all) this.#remove(segment);
  }
}

function readOrRefuse(bytes: Buffer, at: number, visitor: RecordVisitor): boolean {
  try {
    return readRecord(bytes, at, visitor);
  } catch {
    // The checksum was right, so these bytes were written as they are, by nobody that we know.
    return false;
  }
}

function nameOf(segment: number): string {
  return String(segment).padStart(8, '0');
}
