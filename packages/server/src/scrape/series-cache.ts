/**
 * Turns the bodies of one target into samples, remembering between scrapes what each line is. The
 * memory is the ledger's; a reader for each kind of format fills it.
 */
import type { SeriesRef } from '../series/index.ts';
import type { Appender } from './appender.ts';
import type { HistogramOptions } from './config.ts';
import { FROM_PROTO, LINE_COMMENT, LINE_TYPE } from './line-table.ts';
import type { LineTexts } from './line-texts.ts';
import { lexOpenMetricsComment } from './openmetrics-lexer.ts';
import { ProtobufReader } from './proto-reader.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import type { MapLabels } from './sample-labels.ts';
import type { BodyFormat } from './scrape-headers.ts';
import { type ReadCounts, SeriesLedger, type TakeOptions } from './series-ledger.ts';
import { lexComment, METRIC_TYPES } from './text-lexer.ts';
import type { TextPool } from './text-pool.ts';
import { TextReader } from './text-reader.ts';

/** How a body is to be read. */
export interface ReadOptions extends TakeOptions {
  readonly format: BodyFormat;
  readonly histograms: HistogramOptions;
}

/** What a target says of a metric family. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  /** '' in the text format, which has no units. */
  readonly unit: string;
}

export interface SeriesCacheOptions {
  readonly mapLabels: MapLabels;
  /** One for all targets: they use the same names, and the strings live on in the store. */
  readonly pool: TextPool;
  /** One for all targets, which mostly send the same lines. */
  readonly texts: LineTexts;
}

export class SeriesCache {
  readonly #ledger: SeriesLedger;
  readonly #text: TextReader;
  /** Made at the first body in this format: most targets send none, and it is the larger reader. */
  #proto: ProtobufReader | undefined;
  readonly #options: SeriesCacheOptions;
  #format: BodyFormat = 'text';

  constructor(options: SeriesCacheOptions) {
    const { texts, mapLabels, pool } = options;
    const ledger = new SeriesLedger(texts);
    this.#options = options;
    this.#ledger = ledger;
    this.#text = new TextReader({ ledger, mapLabels, pool });
  }

  #protobuf(): ProtobufReader {
    const { mapLabels, pool } = this.#options;
    this.#proto ??= new ProtobufReader({ ledger: this.#ledger, mapLabels, pool });
    return this.#proto;
  }

  /** Bytes of memory that the cache holds, without what is shared with other targets. */
  get sizeBytes(): number {
    return this.#ledger.sizeBytes;
  }

  /** Whether some series' newest sample is a value. */
  get hasLive(): boolean {
    return this.#ledger.hasLive;
  }

  /** What the body being read has held so far. */
  get counts(): ReadCounts {
    return this.#ledger.counts;
  }

  /** Reads a body into a buffer. Throws a TextFault, a ProtoFault, or what `mapLabels` throws. */
  read(body: Buffer, options: ReadOptions, out: SampleBuffer): ReadCounts {
    const ledger = this.#ledger;
    ledger.begin(options);
    ledger.isEmpty = body.length === 0;
    if (body.length === 0) return ledger.counts;
    if (options.format !== this.#format) ledger.forgetOrder();
    this.#format = options.format;
    if (options.format === 'protobuf') this.#protobuf().read(body, options.histograms, out);
    else {
      const isOpenMetrics = options.format === 'openmetrics';
      this.#text.read(body, { isOpenMetrics, histograms: options.histograms }, out);
    }
    return ledger.counts;
  }

  /** Starts a scrape that has no body. */
  begin(): void {
    this.#ledger.begin();
  }

  /** Gives the series that this body was the first to hold their numbers. */
  resolve(appender: Appender, out: SampleBuffer): void {
    this.#ledger.resolve(appender, out);
  }

  /** Gives a series whose number the store has forgotten a new one. */
  resolveAgain(line: number, appender: Appender): SeriesRef {
    const reader = this.#ledger.table.types[line] === FROM_PROTO ? this.#protobuf() : this.#text;
    return this.#ledger.resolveAgain(line, reader.labelsOf(line), appender);
  }

  /** Adds a marker for each series that the last scrape had and this one has not. */
  addVanished(out: SampleBuffer, timeMs: number): void {
    this.#ledger.addVanished(out, timeMs);
  }

  /** Makes this scrape the one that the next is compared with: the store has taken it. */
  commit(): void {
    this.#ledger.commit();
  }

  /** Forgets what this scrape taught: it broke off, or the store did not take it. */
  rollback(): void {
    this.#ledger.rollback();
  }

  /** Forgets all: the target is not read any more. */
  forget(): void {
    this.#ledger.forget();
  }

  /** What the last complete body said of its metric families, by name. */
  metadata(): Map<string, MetricMetadata> {
    if (this.#format === 'protobuf') return this.#protobuf().metadata();
    const families = new Map<string, MetricMetadata>();
    const { table, lines } = this.#ledger;
    const lex = this.#format === 'openmetrics' ? lexOpenMetricsComment : lexComment;
    for (const line of lines) {
      const kind = table.kinds[line];
      if (kind !== LINE_TYPE && kind !== LINE_COMMENT) continue;
      const comment = lex(Buffer.concat([table.text(line), Buffer.from('\n')]), 0);
      if (comment.kind === 'comment' || comment.kind === 'eof') continue;
      const { name } = comment;
      const known = families.get(name) ?? { type: 'unknown', help: '', unit: '' };
      if (comment.kind === 'help') families.set(name, { ...known, help: comment.help });
      else if (comment.kind === 'unit') families.set(name, { ...known, unit: comment.unit });
      else families.set(name, { ...known, type: metadataType(comment.type) });
    }
    return families;
  }
}

/** Prometheus shows untyped families as of unknown type. */
function metadataType(code: number): string {
  const type = METRIC_TYPES[code];
  return type === 'untyped' ? 'unknown' : type;
}
