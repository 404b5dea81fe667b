/** Writes remote write requests of both versions, a series' sample at a time. */
import { ProtoWriter } from '../platform/index.ts';
import type { Exemplar, Histogram, Labels } from '../series/index.ts';
import { writeHistogram, writeStaleHistogram } from './histogram-message.ts';
import { metricTypeNumber } from './metadata-book.ts';
import type { WriteVersion } from './receiver.ts';
import { writeExemplarV1, writeLabelsV1 } from './write-v1.ts';

/** What a metric is, as its target says. */
export interface SentMetadata {
  readonly metric: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** A series that is sent again and again: what stays the same of it is encoded once. */
export interface SentSeries {
  readonly labels: Labels;
  /** Version 1's label fields. */
  readonly labelBytes: Uint8Array;
}

/** Gets a series ready. */
export function createSentSeries(labels: Labels): SentSeries {
  const writer = new ProtoWriter(256);
  writeLabelsV1(writer, labels);
  return { labels, labelBytes: Uint8Array.from(writer.finish()) };
}

/** What goes along with a sample's value. */
export interface SampleStamp {
  /** When it was taken. */
  readonly timeMs: number;
  /** When the counter behind it began; 0 where that is not known. */
  readonly startMs: number;
  /** Of the series, for which there is no place but beside a sample. */
  readonly exemplars?: readonly Exemplar[];
}

/** Builds one request after the other; each `finish` gives bytes until the next `begin`. */
export interface WriteEncoder {
  begin(): void;
  /** A float by its bits. `metadata` is sent by version 2 only. */
  addFloat(series: SentSeries, stamp: SampleStamp, bits: readonly [number, number]): void;
  /** A native histogram; undefined: the series has ended. */
  addHistogram(series: SentSeries, stamp: SampleStamp, histogram: Histogram | undefined): void;
  /** Version 1 sends it in requests of its own. */
  addMetadata(metadata: SentMetadata): void;
  finish(): Uint8Array;
}

/** Builds an encoder; `findMetadata` tells version 2 what a series' metric is. */
export function createWriteEncoder(
  version: WriteVersion,
  findMetadata: (labels: Labels) => SentMetadata | undefined = () => undefined,
): WriteEncoder {
  return version === 'v1' ? new EncoderV1() : new EncoderV2(findMetadata);
}

class EncoderV1 implements WriteEncoder {
  readonly #writer = new ProtoWriter(64 * 1024);

  begin(): void {
    this.#writer.reset();
  }

  addFloat(
    series: SentSeries,
    { timeMs, exemplars }: SampleStamp,
    [low, high]: readonly [number, number],
  ): void {
    const start = this.#beginSeries(series);
    const sample = this.#writer.begin(2);
    this.#writer.doubleBits(1, low, high);
    this.#writer.int(2, timeMs);
    this.#writer.end(sample);
    this.#endSeries(start, exemplars);
  }

  addHistogram(series: SentSeries, stamp: SampleStamp, histogram: Histogram | undefined): void {
    const start = this.#beginSeries(series);
    if (histogram === undefined) writeStaleHistogram(this.#writer, 4, stamp.timeMs);
    // Version 1 has no start times.
    else writeHistogram(this.#writer, 4, histogram, { ...stamp, startMs: 0 });
    this.#endSeries(start, stamp.exemplars);
  }

  addMetadata({ metric, type, help, unit }: SentMetadata): void {
    const writer = this.#writer;
    const start = writer.begin(3);
    writer.uint(1, metricTypeNumber(type));
    writer.string(2, metric);
    writer.string(4, help);
    writer.string(5, unit);
    writer.end(start);
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  #beginSeries({ labelBytes }: SentSeries): number {
    const start = this.#writer.begin(1);
    this.#writer.raw(labelBytes);
    return start;
  }

  #endSeries(start: number, exemplars: readonly Exemplar[] = []): void {
    const writer = this.#writer;
    for (const exemplar of exemplars) {
      const message = writer.begin(3);
      writeExemplarV1(writer, exemplar);
      writer.end(message);
    }
    writer.end(start);
  }
}

class EncoderV2 implements WriteEncoder {
  readonly #findMetadata: (labels: Labels) => SentMetadata | undefined;
  readonly #series = new ProtoWriter(64 * 1024);
  readonly #request = new ProtoWriter(64 * 1024);
  readonly #symbols = new Map<string, number>();

  constructor(findMetadata: (labels: Labels) => SentMetadata | undefined) {
    this.#findMetadata = findMetadata;
  }

  begin(): void {
    this.#series.reset();
    this.#symbols.clear();
    // The first symbol stands for whatever is not given.
    this.#symbols.set('', 0);
  }

  addFloat(series: SentSeries, stamp: SampleStamp, [low, high]: readonly [number, number]): void {
    const writer = this.#series;
    const start = this.#beginSeries(series.labels);
    const sample = writer.begin(2);
    writer.doubleBits(1, low, high);
    writer.int(2, stamp.timeMs);
    if (stamp.startMs !== 0) writer.int(3, stamp.startMs);
    writer.end(sample);
    this.#endSeries(start, series.labels, stamp.exemplars);
  }

  addHistogram(series: SentSeries, stamp: SampleStamp, histogram: Histogram | undefined): void {
    const start = this.#beginSeries(series.labels);
    if (histogram === undefined) writeStaleHistogram(this.#series, 3, stamp.timeMs);
    else writeHistogram(this.#series, 3, histogram, stamp);
    this.#endSeries(start, series.labels, stamp.exemplars);
  }

  #putExemplar({ labels, value, timeMs }: Exemplar): void {
    const writer = this.#series;
    const message = writer.begin(4);
    this.#putRefs(labels);
    writer.double(2, value);
    writer.int(3, timeMs);
    writer.end(message);
  }

  /** Goes with each series. */
  addMetadata(): void {}

  finish(): Uint8Array {
    const request = this.#request;
    request.reset();
    for (const symbol of this.#symbols.keys()) request.string(4, symbol);
    request.raw(this.#series.finish());
    return request.finish();
  }

  #beginSeries(labels: Labels): number {
    const start = this.#series.begin(5);
    this.#putRefs(labels);
    return start;
  }

  #endSeries(start: number, labels: Labels, exemplars: readonly Exemplar[] = []): void {
    for (const exemplar of exemplars) this.#putExemplar(exemplar);
    const metadata = this.#findMetadata(labels);
    if (metadata !== undefined) {
      const writer = this.#series;
      const message = writer.begin(5);
      writer.uint(1, metricTypeNumber(metadata.type));
      writer.uint(3, this.#refOf(metadata.help));
      writer.uint(4, this.#refOf(metadata.unit));
      writer.end(message);
    }
    this.#series.end(start);
  }

  #putRefs({ names, values }: Labels): void {
    if (names.length === 0) return;
    const list = this.#series.begin(1);
    for (let i = 0; i < names.length; i++) {
      this.#series.packedUint(this.#refOf(names[i]));
      this.#series.packedUint(this.#refOf(values[i]));
    }
    this.#series.end(list);
  }

  #refOf(text: string): number {
    const known = this.#symbols.get(text);
    if (known !== undefined) return known;
    const ref = this.#symbols.size;
    this.#symbols.set(text, ref);
    return ref;
  }
}
