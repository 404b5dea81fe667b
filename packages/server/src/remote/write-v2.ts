/**
 * Remote write 2.0: `io.prometheus.write.v2.Request`
 * (prometheus/docs, specs/prw/remote_write_spec_2_0.md, 2.0-rc.4).
 *
 * A request lists its texts once, and series name them by place. Places differ from request to
 * request, so each text is given a number that lasts over requests, and a series is known by the
 * numbers of its names and values: some forty bytes, where version 1 has some two hundred.
 */
import { decodeUtf8, ProtoReader } from '../platform/index.ts';
import { METRIC_NAME } from '../series/index.ts';
import { BytesTable, grown } from './bytes-table.ts';
import {
  KNOWN_BYTES_MAX,
  KNOWN_SYMBOLS_MAX,
  REQUEST_SYMBOLS_MAX,
  SERIES_LABELS_MAX,
} from './limits.ts';
import { metricTypeOf } from './metadata-book.ts';
import type { RawPair } from './series-labels.ts';
import {
  addExemplar,
  beginSeries,
  endSeries,
  learnSeries,
  malformed,
  readHistogramSample,
  readSample,
  type SeriesStart,
  type WriteTarget,
} from './write-decoder.ts';

const SYMBOL_LIMITS = { entriesMax: KNOWN_SYMBOLS_MAX, bytesMax: KNOWN_BYTES_MAX };

/** What was read of a series besides its samples. */
interface SeriesParts {
  /** A reference that leads nowhere, or none for the last name: said once, at the end. */
  fault: string | undefined;
  sampleCount: number;
  histogramCount: number;
  startMs: number;
  metadataType: number;
  helpRef: number;
  unitRef: number;
  hasMetadata: boolean;
}

/** Reads requests; it remembers their texts, so there is one for all senders. */
export class WriteV2Decoder {
  readonly #symbols: BytesTable;
  #bytes: Buffer = Buffer.alloc(0);
  #count = 0;
  /** Of each text of the request: where it begins and ends, and its number over all requests. */
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  #ids = new Uint32Array(1024);
  readonly #refs = new Uint32Array(2 * SERIES_LABELS_MAX);
  #refCount = 0;
  readonly #key = new Uint32Array(2 * SERIES_LABELS_MAX);
  readonly #keyBytes = new Uint8Array(this.#key.buffer);

  constructor(seed: number) {
    this.#symbols = new BytesTable(SYMBOL_LIMITS, seed);
  }

  get memoryBytes(): number {
    return this.#symbols.memoryBytes + 3 * this.#ids.byteLength;
  }

  /** Reads a request into the target. Throws where it is damaged; then nothing of it counts. */
  read(bytes: Uint8Array, target: WriteTarget): void {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#readSymbols();
    this.#internSymbols(target);
    const reader = new ProtoReader(bytes);
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 5) this.#readSeries(reader, target);
      else reader.skip();
    }
  }

  /** They usually come first, but need not. */
  #readSymbols(): void {
    const reader = new ProtoReader(this.#bytes);
    this.#count = 0;
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field !== 4) {
        reader.skip();
        continue;
      }
      const text = reader.bytes();
      if (this.#count === REQUEST_SYMBOLS_MAX) {
        throw malformed(`more than ${REQUEST_SYMBOLS_MAX} symbols`);
      }
      if (this.#count === this.#ids.length) this.#growSymbols();
      this.#starts[this.#count] = text.byteOffset - this.#bytes.byteOffset;
      this.#ends[this.#count] = reader.at;
      this.#count++;
    }
  }

  #growSymbols(): void {
    const size = this.#ids.length * 2;
    this.#starts = grown(this.#starts, size);
    this.#ends = grown(this.#ends, size);
    this.#ids = grown(this.#ids, size);
  }

  #internSymbols({ known }: WriteTarget): void {
    for (let i = 0; i < this.#count; i++) {
      if (!this.#symbols.hasRoom(this.#ends[i] - this.#starts[i])) {
        // Numbers begin anew, so what is known by them goes too. One request always has room.
        this.#symbols.clear();
        known.clear();
        i = 0;
      }
      this.#ids[i] = this.#symbols.add(this.#bytes, this.#starts[i], this.#ends[i]);
    }
  }

  #readSeries(reader: ProtoReader, target: WriteTarget): void {
    const start = beginSeries(target);
    const parts: SeriesParts = {
      fault: undefined,
      sampleCount: 0,
      histogramCount: 0,
      startMs: 0,
      metadataType: 0,
      helpRef: 0,
      unitRef: 0,
      hasMetadata: false,
    };
    this.#refCount = 0;
    const outer = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      this.#readSeriesField(reader, field, { parts, target });
    }
    reader.leave(outer);
    if (parts.startMs !== 0) fillStart(start, parts.startMs, target);
    const entry = this.#findSeries(parts, target);
    endSeries(start, entry, target);
    if (entry !== undefined && parts.hasMetadata) this.#noteMetadata(entry, parts, target);
  }

  #readSeriesField(
    reader: ProtoReader,
    field: number,
    to: { readonly parts: SeriesParts; readonly target: WriteTarget },
  ): void {
    const { parts, target } = to;
    switch (field) {
      case 1:
        this.#refCount = this.#readRefs(reader, this.#refCount);
        return;
      case 2:
        parts.sampleCount++;
        readSample(reader, target.floats);
        return;
      case 3:
        parts.histogramCount++;
        readHistogramSample(reader, target);
        return;
      case 4:
        this.#readExemplar(reader, target);
        return;
      case 5:
        readMetadata(reader, parts);
        return;
      case 6:
        // Until 2.0-rc.4 all samples of a series had their start here.
        parts.startMs = reader.int();
        return;
      default:
        reader.skip();
    }
  }

  /** Appends references from a place on; answers where they end. */
  #readRefs(reader: ProtoReader, from: number): number {
    let at = from;
    const add = (ref: number): void => {
      if (at === this.#refs.length) {
        throw malformed(`a series with more than ${SERIES_LABELS_MAX} labels`);
      }
      this.#refs[at++] = ref;
    };
    if (reader.wireType !== 2) {
      add(reader.uint());
      return at;
    }
    const outer = reader.enter();
    while (reader.hasMore) add(reader.packedUint());
    reader.leave(outer);
    return at;
  }

  #findSeries(parts: SeriesParts, target: WriteTarget): number | undefined {
    const fault = this.#findFault(parts);
    if (fault !== undefined) {
      target.faults.add(fault);
      return undefined;
    }
    const count = this.#refCount;
    for (let i = 0; i < count; i++) this.#key[i] = this.#ids[this.#refs[i]];
    const entry = target.known.find(this.#keyBytes, 0, 4 * count);
    if (entry >= 0) return entry;
    const key = { bytes: this.#keyBytes, from: 0, to: 4 * count };
    return learnSeries(key, () => this.#pairs(this.#refs.subarray(0, count)), target);
  }

  #findFault({ sampleCount, histogramCount }: SeriesParts): string | undefined {
    const count = this.#refCount;
    if (count % 2 !== 0) return `${count} references to labels; want pairs of name and value`;
    for (let i = 0; i < count; i++) {
      if (this.#refs[i] >= this.#count) return this.#noSymbol(this.#refs[i]);
    }
    if (sampleCount > 0 && histogramCount > 0) {
      return `a series with both samples and histograms: ${this.#describe()}`;
    }
    if (sampleCount + histogramCount > 0) return undefined;
    return `a series with neither samples nor histograms: ${this.#describe()}`;
  }

  #noSymbol(ref: number): string {
    return `a reference to symbol ${ref}; there are ${this.#count}`;
  }

  #describe(): string {
    const pairs = this.#pairs(this.#refs.subarray(0, this.#refCount));
    return pairs.map(([name = '\uFFFD', value = '\uFFFD']) => `${name}="${value}"`).join(', ');
  }

  #pairs(refs: Uint32Array): RawPair[] {
    const pairs: RawPair[] = [];
    for (let i = 0; i + 1 < refs.length; i += 2) {
      pairs.push([this.#text(refs[i]), this.#text(refs[i + 1])]);
    }
    return pairs;
  }

  /** Undefined where it is not UTF-8, or where there is no such text. */
  #text(ref: number): string | undefined {
    if (ref >= this.#count) return undefined;
    return decodeUtf8(this.#bytes, this.#starts[ref], this.#ends[ref] - this.#starts[ref]);
  }

  #readExemplar(reader: ProtoReader, target: WriteTarget): void {
    let value = 0;
    let timeMs = 0;
    // They follow the references of the series, which are still needed.
    const from = this.#refCount;
    let end = from;
    const outer = reader.enter();
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (field === 1) end = this.#readRefs(reader, end);
      else if (field === 2) value = reader.double();
      else if (field === 3) timeMs = reader.int();
      else reader.skip();
    }
    reader.leave(outer);
    const refs = this.#refs.subarray(from, end);
    if (refs.length % 2 !== 0) {
      target.faults.add(`exemplar: ${refs.length} references to labels; want pairs`);
    } else addExemplar({ pairs: this.#pairs(refs), value, timeMs }, target);
  }

  /** Every request repeats it; it is read only where it is other than the last time. */
  #noteMetadata(entry: number, parts: SeriesParts, { known, metadata }: WriteTarget): void {
    const { metadataType, helpRef, unitRef } = parts;
    if (helpRef >= this.#count || unitRef >= this.#count) return;
    const hash =
      (Math.imul(this.#ids[helpRef] + 1, 0x9e3779b1) ^
        Math.imul(this.#ids[unitRef] + 1, 0x85ebca6b) ^
        (metadataType + 1)) >>>
      0;
    if (!known.isNewMetadata(entry, hash)) return;
    const pairs = this.#pairs(this.#refs.subarray(0, this.#refCount));
    const [, metric = ''] = pairs.find(([name]) => name === METRIC_NAME) ?? [];
    const help = this.#text(helpRef) ?? '';
    const unit = this.#text(unitRef) ?? '';
    metadata.note({ metric, type: metricTypeOf(metadataType), help, unit });
  }
}

function readMetadata(reader: ProtoReader, parts: SeriesParts): void {
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) parts.metadataType = reader.uint();
    else if (field === 3) parts.helpRef = reader.uint();
    else if (field === 4) parts.unitRef = reader.uint();
    else reader.skip();
  }
  reader.leave(outer);
  // Senders that know nothing of a metric say so, and that is no news.
  parts.hasMetadata = parts.metadataType + parts.helpRef + parts.unitRef > 0;
}

function fillStart(from: SeriesStart, startMs: number, target: WriteTarget): void {
  target.floats.startTimesMs.fill(startMs, from.float, target.floats.count);
  target.histograms.startTimesMs.fill(startMs, from.histogram, target.histograms.count);
}
