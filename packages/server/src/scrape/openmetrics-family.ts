/**
 * The rules of OpenMetrics 1.0 that hold within one metric family: which samples it may have, which
 * values they may take, how they are grouped and in which order they come.
 */
import { parseFloatText, formatOpenMetricsFloat } from './float.ts';
import { LineFault, type StrictMetadata, type StrictSample } from './openmetrics-line.ts';

/** What the names of a family's samples may end with, by its type. */
const SUFFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['unknown', ['']],
  ['gauge', ['']],
  ['stateset', ['']],
  ['info', ['_info']],
  ['counter', ['_total', '_created']],
  ['summary', ['', '_count', '_sum', '_created']],
  ['histogram', ['_count', '_sum', '_bucket', '_created']],
  ['gaugehistogram', ['_gcount', '_gsum', '_bucket']],
]);

const NEVER_NAN: readonly string[] = ['_total', '_sum', '_count', '_bucket', '_gcount', '_gsum'];
const NEVER_NEGATIVE: readonly string[] = ['_total', '_sum', '_count', '_bucket', '_gcount'];
const WHOLE: readonly string[] = ['_count', '_gcount', '_bucket'];

/** A sample with the line that it stands in. */
export interface PlacedSample extends StrictSample {
  readonly line: number;
}

/** A fault with its line. */
export interface PlacedFault {
  readonly line: number;
  readonly fault: LineFault;
}

/** One metric family, as far as it has been read. */
export class StrictFamily {
  readonly name: string;
  readonly line: number;
  type = '';
  unit: string | undefined;
  help: string | undefined;
  readonly samples: PlacedSample[] = [];
  #groupKey: string | undefined;
  #groupTime: number | undefined;
  readonly #seenGroups = new Set<string>();
  readonly #seenSeries = new Set<string>();

  constructor(name: string, line: number) {
    this.name = name;
    this.line = line;
  }

  /** All names that its samples may have, with its own: no other family may use one of them. */
  get claimedNames(): readonly string[] {
    const suffixes = new Set(['', ...(SUFFIXES.get(this.type) ?? [])]);
    return [...suffixes].map((suffix) => this.name + suffix);
  }

  /** Whether a sample of this name belongs to the family. */
  owns(sampleName: string): boolean {
    const suffixes = SUFFIXES.get(this.type) ?? [''];
    return suffixes.some((suffix) => sampleName === this.name + suffix);
  }

  /** Takes HELP, TYPE or UNIT; throws a LineFault where the rules forbid it. */
  describe({ keyword, textColumn, text }: StrictMetadata): void {
    if (this.samples.length > 0) {
      throw new LineFault(1, `# ${keyword} must stand before the samples of "${this.name}"`);
    }
    const known = { HELP: this.help, TYPE: this.type || undefined, UNIT: this.unit }[keyword];
    if (known !== undefined) throw new LineFault(1, `"${this.name}" has a second # ${keyword}`);
    if (keyword === 'HELP') this.help = text;
    if (keyword === 'TYPE') {
      if (!SUFFIXES.has(text)) {
        const message = `${JSON.stringify(text)} is not a type; want one of`;
        throw new LineFault(textColumn, `${message} ${[...SUFFIXES.keys()].join(', ')}`);
      }
      this.type = text;
    }
    if (keyword === 'UNIT') {
      this.unit = text;
      if (text !== '' && !this.name.endsWith(`_${text}`)) {
        const message = `the name "${this.name}" must end with its unit`;
        throw new LineFault(textColumn, `${message}: "_${text}"`);
      }
    }
  }

  /** Takes a sample that the family owns; throws a LineFault where the rules forbid it. */
  add(sample: PlacedSample): void {
    const suffix = sample.name.slice(this.name.length);
    this.#checkLabels(sample, suffix);
    this.#checkOrder(sample, suffix);
    this.samples.push(sample);
    this.#checkValue(sample, suffix);
    this.#checkExemplar(sample, suffix);
  }

  /** What can only be judged when all of the family is known. */
  finish(): PlacedFault[] {
    const faults: PlacedFault[] = [];
    const isWithoutUnit = this.type === 'info' || this.type === 'stateset';
    if (isWithoutUnit && this.unit !== undefined && this.unit !== '') {
      const fault = new LineFault(1, `"${this.name}" is of type ${this.type}, which has no unit`);
      faults.push({ line: this.line, fault });
    }
    return faults;
  }

  /** What of a sample's labels tells its metric from the others of the family. */
  groupKey(sample: PlacedSample): string {
    // Which labels of an info name its metric, nobody can tell.
    if (this.type === 'info') return '';
    const own = this.#ownLabel(sample.name.slice(this.name.length));
    return labelsText(sample, own);
  }

  /** The label that a sample has by its type, and that is not part of the metric's name. */
  #ownLabel(suffix: string): string | undefined {
    if (this.type === 'stateset') return this.name;
    if (this.type === 'summary' && suffix === '') return 'quantile';
    const isHistogram = this.type === 'histogram' || this.type === 'gaugehistogram';
    return isHistogram && suffix === '_bucket' ? 'le' : undefined;
  }

  #checkLabels(sample: PlacedSample, suffix: string): void {
    const own = this.#ownLabel(suffix);
    if (own === undefined) return;
    const text = sample.labels.get(own);
    if (text === undefined) {
      const message = `a sample of a ${this.type} needs the label "${own}"`;
      throw new LineFault(1, message);
    }
    if (this.type === 'stateset') return;
    const bound = parseFloatText(text);
    if (typeof bound === 'string') throw new LineFault(1, `label "${own}": ${bound}`);
    const isBad = own === 'le' ? Number.isNaN(bound) : !(bound >= 0 && bound <= 1);
    if (isBad) {
      const wanted = own === 'le' ? 'a number' : 'a number from 0 to 1';
      throw new LineFault(1, `label "${own}" must be ${wanted}, got "${text}"`);
    }
    if (bound === Number.POSITIVE_INFINITY && text !== formatOpenMetricsFloat(bound)) {
      throw new LineFault(1, `label "${own}" must be written "+Inf", got "${text}"`);
    }
  }

  /** Samples of one metric stand together, their times rise, and either all or none have one. */
  #checkOrder(sample: PlacedSample, suffix: string): void {
    const key = this.groupKey(sample);
    const { timeSeconds } = sample;
    if (key !== this.#groupKey) {
      if (this.#seenGroups.has(key)) {
        throw new LineFault(1, 'samples of one metric must stand together');
      }
      this.#seenGroups.add(key);
      this.#groupKey = key;
      this.#seenSeries.clear();
    } else if ((timeSeconds === undefined) !== (this.#groupTime === undefined)) {
      throw new LineFault(1, 'either all samples of a metric have a timestamp or none has');
    } else if (this.type !== 'info' && (timeSeconds ?? 0) < (this.#groupTime ?? 0)) {
      throw new LineFault(1, 'the timestamps of a metric must not go back');
    }
    this.#groupTime = timeSeconds;
    if (timeSeconds !== undefined) return;
    const series = `${suffix}\n${labelsText(sample, undefined)}`;
    if (this.#seenSeries.has(series)) throw new LineFault(1, 'this series stands twice');
    this.#seenSeries.add(series);
  }

  #checkValue(sample: PlacedSample, suffix: string): void {
    const { value, valueColumn } = sample;
    const refuse = (reason: string): never => {
      throw new LineFault(valueColumn, `${sample.name}: ${reason}`);
    };
    if (this.type === 'stateset' && value !== 0 && value !== 1) {
      refuse('a state is 0 or 1');
    }
    if (this.type === 'info' && value !== 1) refuse('the value of an info is 1');
    if (this.type === 'summary' && suffix === '' && value < 0) refuse('quantiles are not negative');
    if (!isCumulative(this.type)) return;
    if (NEVER_NAN.includes(suffix) && Number.isNaN(value)) refuse('must not be NaN');
    if (NEVER_NEGATIVE.includes(suffix) && value < 0) refuse('must not be negative');
    if (WHOLE.includes(suffix) && !Number.isInteger(value)) refuse('must be a whole number');
  }

  #checkExemplar(sample: PlacedSample, suffix: string): void {
    if (sample.exemplar === undefined) return;
    const isHistogram = this.type === 'histogram' || this.type === 'gaugehistogram';
    const isAllowed =
      (isHistogram && suffix === '_bucket') || (this.type === 'counter' && suffix === '_total');
    if (isAllowed) return;
    const message = 'only buckets of histograms and totals of counters may have exemplars';
    throw new LineFault(sample.exemplar.column, message);
  }
}

function isCumulative(type: string): boolean {
  return type !== 'gauge' && type !== 'unknown' && type !== '';
}

function labelsText(sample: PlacedSample, without: string | undefined): string {
  const { labels } = sample;
  const names = [...labels.keys()].filter((name) => name !== without).sort();
  return JSON.stringify(names.map((name) => [name, labels.get(name)]));
}
