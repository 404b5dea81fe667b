/**
 * Classic histograms in the text formats, stored as native ones with their own bounds
 * (`convert_classic_histograms_to_nhcb`): buckets, count and sum that stand together become one
 * sample under the name of the family, with the labels but `le`.
 *
 * The lines of a histogram are its parts. They are told by their labels when they are first seen,
 * before relabelling, as in Prometheus; from then on each knows what it is and whose. As there, a
 * histogram whose parts contradict each other is left out and fails nothing.
 */
import { AppError } from '../platform/index.ts';
import {
  createLabelsFromPairs,
  type Labels,
  labelPairs,
  labelsRecord,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import type { HistogramOptions } from './config.ts';
import { parseFloatText } from './float.ts';
import { FROM_CLASSIC } from './line-table.ts';
import { convertClassic } from './native-histogram.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import type { MapLabels } from './sample-labels.ts';
import type { SeriesLedger } from './series-ledger.ts';

interface PartOf {
  /** The histogram's own line, and its name. */
  readonly whole: number;
  readonly name: string;
}

/** What a line is of a histogram. */
export type Part =
  | (PartOf & { readonly kind: 'bucket'; readonly bound: number })
  | (PartOf & { readonly kind: 'count' | 'sum' });

/** A histogram whose parts are being read. */
interface Open extends PartOf {
  readonly bounds: number[];
  readonly counts: number[];
  count: number | undefined;
  sum: number | undefined;
  timeMs: number;
}

const PART_NAME = /^(.*)_(bucket|count|sum)$/s;
/** No line of a text format begins with it. */
const MARK = '\u0002';

export class ClassicConverter {
  readonly #ledger: SeriesLedger;
  readonly #mapLabels: MapLabels;
  readonly #options: HistogramOptions;
  /** By line; lines that are no parts are absent. */
  readonly #parts = new Map<number, Part>();
  #open: Open | undefined;

  constructor(ledger: SeriesLedger, mapLabels: MapLabels, options: HistogramOptions) {
    this.#ledger = ledger;
    this.#mapLabels = mapLabels;
    this.#options = options;
  }

  /** Forgets what a body that broke off has left open. */
  begin(): void {
    this.#open = undefined;
  }

  /**
   * What a series that was seen for the first time is of a histogram, whose name the newest `# TYPE`
   * says; undefined where it is no part of one.
   */
  findPart(exposed: Labels, histogramName: string | undefined): Part | undefined {
    const [, name, suffix] = PART_NAME.exec(labelValue(exposed, METRIC_NAME)) ?? [];
    if (histogramName === undefined || name !== histogramName) return undefined;
    if (suffix === 'sum' || suffix === 'count') {
      return { kind: suffix, name, whole: this.#wholeOf(exposed, name) };
    }
    const bound = parseFloatText(labelValue(exposed, 'le'));
    if (typeof bound === 'string' || Number.isNaN(bound)) return undefined;
    return { kind: 'bucket', bound, name, whole: this.#wholeOf(exposed, name) };
  }

  /** Notes what a line is that was seen for the first time. */
  set(line: number, part: Part | undefined): void {
    if (part === undefined) this.#parts.delete(line);
    else this.#parts.set(line, part);
  }

  /** The line of the histogram that a line is a part of; undefined where it is none. */
  wholeOf(line: number): number | undefined {
    return this.#parts.get(line)?.whole;
  }

  /** Ends the open histogram where a line does not belong to it. Call it before the line's value. */
  approach(line: number, out: SampleBuffer): void {
    if (this.#open !== undefined && this.wholeOf(line) !== this.#open.whole) this.finish(out);
  }

  /** Takes the value of a part. */
  collect(line: number, value: number, timeMs: number): void {
    const part = this.#parts.get(line);
    if (part === undefined) return;
    this.#open ??= {
      whole: part.whole,
      name: part.name,
      bounds: [],
      counts: [],
      count: undefined,
      sum: undefined,
      timeMs,
    };
    this.#open.timeMs = timeMs;
    if (part.kind === 'bucket') {
      this.#open.bounds.push(part.bound);
      this.#open.counts.push(value);
    } else if (part.kind === 'sum') this.#open.sum = value;
    else this.#open.count = value;
  }

  /** Ends the open histogram: its sample goes into the buffer. */
  finish(out: SampleBuffer): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const histogram = this.#convert(open);
    if (histogram === undefined) {
      // Its parts go on naming its line, so it stays known even where it is left out.
      this.#ledger.markSeen(open.whole);
      return;
    }
    out.reserve(1);
    out.values[out.count] = histogram.sum;
    this.#ledger.explicitMs = open.timeMs;
    const row = this.#ledger.take(open.whole, out);
    if (row >= 0) out.setHistogram(row, histogram);
  }

  #convert(open: Open): ReturnType<typeof convertClassic> | undefined {
    try {
      return convertClassic(open.name, open, this.#options);
    } catch (error) {
      if (error instanceof AppError && error.code === 'SCRAPE_PARSE_ERROR') return undefined;
      throw error;
    }
  }

  /** The line of a histogram, made when its first part is seen. */
  #wholeOf(exposed: Labels, name: string): number {
    const pairs = [...labelPairs(exposed)].filter(([label]) => label !== 'le');
    const labels = createLabelsFromPairs([...pairs, [METRIC_NAME, name]]);
    const text = Buffer.from(MARK + JSON.stringify(labelsRecord(labels)));
    const { table } = this.#ledger;
    const hash = table.hash(text, 0, text.length);
    const known = table.find(text, 0, text.length, hash);
    if (known >= 0) return known;
    const mapped = this.#mapLabels(labels);
    const line = table.add(text, 0, text.length, hash);
    this.#ledger.addSample(line, FROM_CLASSIC, mapped);
    return line;
  }

  /** The labels of a histogram's line; undefined where it is dropped. */
  labelsOf(whole: number): Labels | undefined {
    const record: unknown = JSON.parse(
      this.#ledger.table.text(whole).toString('utf8', MARK.length),
    );
    const pairs = Object.entries(record ?? {}).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return this.#mapLabels(createLabelsFromPairs(pairs));
  }
}
