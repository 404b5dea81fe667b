/**
 * Reads bodies in Prometheus' protobuf format into samples.
 *
 * As with text, what a target sends is remembered as bytes and recognised by them: the header of a
 * family, the labels of a metric within it, and, for metrics of several series, each of them by its
 * metric and what it is (count, sum, the bucket with a bound). Each is a line of the ledger's table
 * and comes first where it came the last time, so that in the steady state a metric costs a
 * comparison of its labels' bytes. No label is made into a string.
 *
 * | line | its text |
 * |---|---|
 * | family | its fields but the metrics |
 * | metric | the number of the family's line (4 bytes), then its labels' fields |
 * | series of a metric | the number of the metric's line (4), what it is (1), its bound (0 or 8) |
 *
 * The three cannot be confused: a family begins with a tag and a length that would be a line number
 * beyond what a body has room for.
 */
import {
  createLabelsFromPairs,
  type Histogram,
  type Labels,
  METRIC_NAME,
  withCounterReset,
} from '../series/index.ts';
import { DEFAULT_HISTOGRAMS, type HistogramOptions } from './config.ts';
import { countCharacters } from './exemplar-labels.ts';
import { formatOpenMetricsFloat } from './float.ts';
import { EXEMPLAR_CHARACTERS_MAX } from './limits.ts';
import { FROM_PROTO, LINE_FAMILY, LINE_METRIC, type LineTable } from './line-table.ts';
import { convertClassic, takeHistogram } from './native-histogram.ts';
import {
  type ByteRange,
  type FamilyHeader,
  GAUGE_HISTOGRAM,
  gatherLabels,
  HISTOGRAM,
  MetricParts,
  PlainValue,
  readExemplar,
  readHeader,
  readLabelPairs,
  readMetric,
  readTimestamp,
  SUMMARY,
  TYPE_NAMES,
} from './proto-metrics.ts';
import { HistogramValue, SummaryValue } from './proto-values.ts';
import { ProtoCursor, ProtoFault, WIRE_BYTES } from './proto-wire.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import type { MapLabels } from './sample-labels.ts';
import type { SeriesLedger } from './series-ledger.ts';
import type { TextReaderOptions } from './text-reader.ts';

/** What a series is of its metric; part of the text of its line. */
const NATIVE = 0;
const COUNT = 1;
const SUM = 2;
const BUCKET = 3;
const QUANTILE = 4;
const SUFFIXES: readonly string[] = ['', '_count', '_sum', '_bucket', ''];

const PARENT_BYTES = 4;
const PART_BYTES = PARENT_BYTES + 1;
const BOUND_PART_BYTES = PART_BYTES + 8;
const NO_LINE = -1;

/** The family that is being read. */
interface Family {
  readonly line: number;
  readonly type: number;
}

export class ProtobufReader {
  readonly #ledger: SeriesLedger;
  readonly #table: LineTable;
  readonly #mapLabels: MapLabels;
  readonly #parts = new MetricParts();
  readonly #plain = new PlainValue();
  readonly #summary = new SummaryValue();
  readonly #histogram = new HistogramValue();
  readonly #scratch = { bytes: Buffer.allocUnsafeSlow(1024) };
  readonly #labelScratch = { bytes: Buffer.allocUnsafeSlow(0) };
  #cursor = new ProtoCursor(Buffer.alloc(0));
  /** Where `#findMetric` and `#findScratch` leave the line that they found; -1 where there is none. */
  #foundLine = NO_LINE;
  #options = DEFAULT_HISTOGRAMS;
  /** Whether the newest sample went into the buffer; if not, its exemplar does not count either. */
  #isTaken = false;

  constructor({ ledger, mapLabels }: TextReaderOptions) {
    this.#ledger = ledger;
    this.#table = ledger.table;
    this.#mapLabels = mapLabels;
  }

  /** Reads a body into a buffer. Throws a ProtoFault, or what `mapLabels` throws. */
  read(body: Buffer, options: HistogramOptions, out: SampleBuffer): void {
    this.#options = options;
    this.#cursor = new ProtoCursor(body);
    const cursor = this.#cursor;
    for (let at = 0; at < body.length; ) {
      const length = cursor.lengthAt(at);
      const from = cursor.to;
      if (from + length > body.length) throw new ProtoFault(at, 'a metric family is cut off');
      this.#readFamily({ from, to: from + length }, out);
      at = from + length;
    }
  }

  /** The labels of a line that was read before; undefined where it is dropped. */
  labelsOf(line: number): Labels | undefined {
    return this.#mapLabels(this.#exposedLabels(line));
  }

  /** What the last complete body said of its metric families, by name. */
  metadata(): Map<string, { readonly type: string; readonly help: string; readonly unit: string }> {
    const families = new Map<string, { type: string; help: string; unit: string }>();
    for (const line of this.#ledger.lines) {
      if (this.#table.kinds[line] !== LINE_FAMILY) continue;
      const { name, type, help, unit } = readHeader(this.#table.text(line));
      families.set(name, { type: TYPE_NAMES[type], help, unit });
    }
    return families;
  }

  #readFamily({ from, to }: ByteRange, out: SampleBuffer): void {
    const cursor = this.#cursor;
    const metrics: ByteRange[] = [];
    const scratch = this.#scratch;
    if (scratch.bytes.length < to - from) scratch.bytes = Buffer.allocUnsafeSlow(2 * (to - from));
    let headerBytes = 0;
    let type = 0;
    cursor.enter(from, to);
    while (cursor.next()) {
      if (cursor.field === 4) {
        cursor.expect(WIRE_BYTES);
        metrics.push({ from: cursor.from, to: cursor.to });
        continue;
      }
      if (cursor.field === 3) type = cursor.unsigned;
      headerBytes += cursor.bytes.copy(scratch.bytes, headerBytes, cursor.fieldFrom, cursor.to);
    }
    // As in Prometheus, a family without metrics is not even looked at.
    if (metrics.length === 0) return;
    const family = { line: this.#familyLine(headerBytes), type };
    out.reserve(metrics.length);
    for (const metric of metrics) this.#readMetric(family, metric, out);
  }

  /** The line of the family whose header stands in the scratch. */
  #familyLine(headerBytes: number): number {
    const { bytes } = this.#scratch;
    const expected = this.#expected(headerBytes);
    if (expected !== NO_LINE && this.#matches(expected, 0, bytes, { from: 0, to: headerBytes })) {
      this.#ledger.markSeen(expected);
      this.#ledger.place(expected);
      this.#ledger.position++;
      return expected;
    }
    readHeader(bytes.subarray(0, headerBytes));
    return this.#ledger.note(bytes, { from: 0, to: headerBytes }, LINE_FAMILY);
  }

  /** The line that stood here last time, if it has as many bytes. */
  #expected(textBytes: number): number {
    const { position, orderCount, order } = this.#ledger;
    if (position >= orderCount) return NO_LINE;
    const line = order[position];
    const { texts, textOf } = this.#table;
    return texts.lengthOf(textOf[line]) === textBytes ? line : NO_LINE;
  }

  /** Whether a line's text is what stands in some bytes, its first `skip` bytes left out. */
  #matches(line: number, skip: number, bytes: Buffer, { from, to }: ByteRange): boolean {
    const { texts, textOf } = this.#table;
    return texts.matches(textOf[line], skip, bytes, from, to);
  }

  #readMetric(family: Family, range: ByteRange, out: SampleBuffer): void {
    const parts = this.#parts;
    readMetric(this.#cursor, range, family.type, parts);
    // Nobody can tell a time of 0 from none; Prometheus takes it for none.
    this.#ledger.explicitMs = parts.timeMs === 0 ? Number.NaN : parts.timeMs;
    if (family.type === SUMMARY) this.#readSummary(family, range, out);
    else if (family.type === HISTOGRAM || family.type === GAUGE_HISTOGRAM) {
      this.#readHistogram(family, range, out);
    } else this.#readPlain(family, range, out);
  }

  #readPlain(family: Family, range: ByteRange, out: SampleBuffer): void {
    const plain = this.#plain;
    plain.read(this.#cursor, this.#parts.value);
    const length = this.#findMetric(family, range);
    const line = this.#foundLine >= 0 ? this.#foundLine : this.#addSample(length);
    this.#take(line, plain.value, plain.created, out);
    this.#ledger.place(line);
    if (plain.exemplar.from >= 0) this.#readExemplar(line, plain.exemplar);
  }

  #readSummary(family: Family, range: ByteRange, out: SampleBuffer): void {
    const summary = this.#summary;
    summary.read(this.#cursor, this.#parts.value);
    const metric = this.#metricLine(family, range);
    const { created, quantiles } = summary;
    out.reserve(2 + quantiles.length / 2);
    this.#takePart({ metric, part: COUNT }, summary.count, created, out);
    this.#takePart({ metric, part: SUM }, summary.sum, created, out);
    for (let i = 0; i < quantiles.length; i += 2) {
      const bound = quantiles[i];
      this.#takePart({ metric, part: QUANTILE, bound }, quantiles[i + 1], created, out);
    }
  }

  #readHistogram(family: Family, range: ByteRange, out: SampleBuffer): void {
    const histogram = this.#histogram;
    histogram.read(this.#cursor, this.#parts.value);
    const metric = this.#metricLine(family, range);
    out.reserve(5 + histogram.bounds.length);
    const { isNativeScraped, isClassicAlwaysScraped, isClassicConverted } = this.#options;
    if (isNativeScraped && histogram.isNative) {
      this.#takeNative(family, metric, out);
      if (isClassicAlwaysScraped && histogram.bounds.length > 0) this.#readClassic(metric, out);
      return;
    }
    if (isClassicAlwaysScraped || !isClassicConverted) this.#readClassic(metric, out);
    if (isClassicConverted) this.#takeConverted(family, metric, out);
  }

  #takeNative(family: Family, metric: number, out: SampleBuffer): void {
    const { bucketExemplars, exemplars } = this.#histogram;
    const sent = this.#histogram.native(family.type === GAUGE_HISTOGRAM);
    const histogram = takeHistogram(this.#header(family.line).name, sent, this.#options);
    const line = this.#takeHistogram(metric, histogram, out);
    // Its own exemplars count first; the ones at classic buckets stand for those of old clients.
    for (const exemplar of exemplars.length > 0 ? exemplars : bucketExemplars) {
      if (exemplar !== undefined) this.#addTimedExemplar(line, exemplar);
    }
  }

  /** Takes a classic histogram as a native one with its bounds. */
  #takeConverted(family: Family, metric: number, out: SampleBuffer): void {
    const { bounds, cumulativeCounts, count, sum, bucketExemplars } = this.#histogram;
    const classic = { bounds, counts: cumulativeCounts, count, sum };
    const converted = convertClassic(this.#header(family.line).name, classic, this.#options);
    const isGauge = family.type === GAUGE_HISTOGRAM;
    const histogram = isGauge ? withCounterReset(converted, 'gauge') : converted;
    const line = this.#takeHistogram(metric, histogram, out);
    for (const exemplar of bucketExemplars) {
      if (exemplar !== undefined) this.#addTimedExemplar(line, exemplar);
    }
  }

  #takeHistogram(metric: number, histogram: Histogram, out: SampleBuffer): number {
    const { sum, created } = this.#histogram;
    const line = this.#takePart({ metric, part: NATIVE }, sum, created, out);
    if (this.#isTaken) out.setHistogram(out.count - 1, histogram);
    return line;
  }

  /**
   * Takes one of several exemplars of a series. Those without a time are left out, as in
   * Prometheus: nobody could tell whether they are new.
   */
  #addTimedExemplar(line: number, range: ByteRange): void {
    if (!this.#isTaken) return;
    const exemplar = readExemplar(this.#cursor.bytes, range);
    if (Number.isNaN(exemplar.timeMs)) return;
    if (countCharacters(exemplar.labels) > EXEMPLAR_CHARACTERS_MAX) return;
    this.#ledger.addExemplar(line, exemplar);
  }

  /** The series that a histogram is in the text formats: count, sum and its buckets. */
  #readClassic(metric: number, out: SampleBuffer): void {
    const { bounds, cumulativeCounts, bucketExemplars, count, sum, created } = this.#histogram;
    this.#takePart({ metric, part: COUNT }, count, created, out);
    this.#takePart({ metric, part: SUM }, sum, created, out);
    for (let i = 0; i < bounds.length; i++) {
      const bound = bounds[i];
      const value = cumulativeCounts[i];
      const line = this.#takePart({ metric, part: BUCKET, bound }, value, created, out);
      const exemplar = bucketExemplars[i];
      if (exemplar !== undefined) this.#readExemplar(line, exemplar);
      if (bound === Number.POSITIVE_INFINITY) return;
    }
    const part = { metric, part: BUCKET, bound: Number.POSITIVE_INFINITY };
    this.#takePart(part, count, created, out);
  }

  /**
   * Finds the line of the metric whose parts have been read. Where there is none, its text stands in
   * the scratch; answers how long it is.
   */
  #findMetric(family: Family, range: ByteRange): number {
    const { labels, isContiguous } = this.#parts;
    let bytes = this.#cursor.bytes;
    let found: ByteRange = labels.from < 0 ? { from: 0, to: 0 } : labels;
    if (!isContiguous) {
      const length = gatherLabels(this.#cursor, range, this.#labelScratch);
      bytes = this.#labelScratch.bytes;
      found = { from: 0, to: length };
    }
    const length = PARENT_BYTES + found.to - found.from;
    const expected = this.#expected(length);
    if (
      expected !== NO_LINE &&
      this.#table.texts.firstWord(this.#table.textOf[expected]) === family.line &&
      this.#matches(expected, PARENT_BYTES, bytes, found)
    ) {
      this.#ledger.position++;
      this.#foundLine = expected;
      return length;
    }
    const scratch = this.#scratch;
    if (scratch.bytes.length < length) scratch.bytes = Buffer.allocUnsafeSlow(2 * length);
    scratch.bytes.writeUInt32LE(family.line);
    bytes.copy(scratch.bytes, PARENT_BYTES, found.from, found.to);
    this.#findScratch(length);
    return length;
  }

  /** Finds the line whose text stands in the scratch. */
  #findScratch(length: number): void {
    const { bytes } = this.#scratch;
    const hash = this.#table.hash(bytes, 0, length);
    this.#foundLine = this.#table.find(bytes, 0, length, hash);
    if (this.#foundLine >= 0) {
      this.#ledger.expectAfter(this.#foundLine);
    }
  }

  /** The line of a metric of several series. */
  #metricLine(family: Family, range: ByteRange): number {
    const length = this.#findMetric(family, range);
    const line = this.#foundLine;
    if (line < 0) {
      return this.#ledger.note(this.#scratch.bytes, { from: 0, to: length }, LINE_METRIC);
    }
    this.#ledger.markSeen(line);
    this.#ledger.place(line);
    return line;
  }

  /** Takes the sample of one of a metric's series; answers its line. */
  #takePart(
    { metric, part, bound }: { metric: number; part: number; bound?: number },
    value: number,
    created: ByteRange,
    out: SampleBuffer,
  ): number {
    const { bytes } = this.#scratch;
    bytes.writeUInt32LE(metric);
    bytes[PARENT_BYTES] = part;
    if (bound !== undefined) bytes.writeDoubleLE(bound, PART_BYTES);
    const length = bound === undefined ? PART_BYTES : BOUND_PART_BYTES;
    const expected = this.#expected(length);
    if (expected !== NO_LINE && this.#matches(expected, 0, bytes, { from: 0, to: length })) {
      this.#ledger.position++;
      this.#foundLine = expected;
    } else this.#findScratch(length);
    const line = this.#foundLine >= 0 ? this.#foundLine : this.#addSample(length);
    this.#take(line, value, created, out);
    this.#ledger.place(line);
    return line;
  }

  #take(line: number, value: number, created: ByteRange, out: SampleBuffer): void {
    out.values[out.count] = value;
    const row = this.#ledger.take(line, out);
    this.#isTaken = row >= 0;
    if (row < 0 || created.from < 0) return;
    out.setStartTime(row, readTimestamp(this.#cursor.bytes, created));
  }

  /** Remembers the line whose text stands in the scratch. */
  #addSample(length: number): number {
    const text = Buffer.from(this.#scratch.bytes.subarray(0, length));
    const labels = this.#mapLabels(this.#labelsOfText(text));
    const hash = this.#table.hash(text, 0, length);
    const line = this.#table.add(text, 0, length, hash);
    this.#ledger.addSample(line, FROM_PROTO, labels);
    return line;
  }

  #exposedLabels(line: number): Labels {
    return this.#labelsOfText(this.#table.text(line));
  }

  /** The labels that a series' text stands for, by the lines that it names. */
  #labelsOfText(text: Buffer): Labels {
    const parent = text.readUInt32LE();
    if (this.#table.kinds[parent] !== LINE_METRIC) {
      return joinLabels(this.#header(parent).name, text.subarray(PARENT_BYTES), []);
    }
    const metric = this.#table.text(parent);
    const { name } = this.#header(metric.readUInt32LE());
    const part = text[PARENT_BYTES];
    const own: [string, string][] = [];
    if (part === BUCKET) own.push(['le', formatOpenMetricsFloat(text.readDoubleLE(PART_BYTES))]);
    if (part === QUANTILE) {
      own.push(['quantile', formatOpenMetricsFloat(text.readDoubleLE(PART_BYTES))]);
    }
    return joinLabels(name + SUFFIXES[part], metric.subarray(PARENT_BYTES), own);
  }

  #header(line: number): FamilyHeader {
    return readHeader(this.#table.text(line));
  }

  /**
   * Takes an exemplar of a line. As in the text formats, too many characters in its labels cost the
   * exemplar and not the scrape.
   */
  #readExemplar(line: number, range: ByteRange): void {
    const { bytes } = this.#cursor;
    const hash = this.#table.hash(bytes, range.from, range.to);
    if (!this.#isTaken || !this.#ledger.isNewExemplar(line, hash)) return;
    const exemplar = readExemplar(bytes, range);
    if (countCharacters(exemplar.labels) > EXEMPLAR_CHARACTERS_MAX) return;
    const { timeMs } = exemplar;
    const time = Number.isNaN(timeMs) ? this.#ledger.sampleTimeMs : timeMs;
    this.#ledger.addExemplar(line, { ...exemplar, timeMs: time });
  }
}

/** A series' labels: the metric's name, those of the metric, and those that the series has itself. */
function joinLabels(name: string, labels: Buffer, own: readonly [string, string][]): Labels {
  const pairs = readLabelPairs(labels, { from: 0, to: labels.length });
  const all: [string, string][] = [[METRIC_NAME, name], ...pairs, ...own];
  if (new Set(all.map(([label]) => label)).size < all.length) {
    throw new ProtoFault(0, `a label of "${name}" is not unique`);
  }
  return createLabelsFromPairs(all);
}
