/**
 * Keeps one job or one metric from taking the room of all others.
 *
 * A new series over the budget of its job, of its metric or of the store is refused: it gets a
 * number that stands for no series, its samples are counted and passed over, and everything else
 * goes on. Whoever holds such a number is told to resolve its labels again after each round; series
 * are looked for that have ended between two rounds, so that what was refused gets in by itself
 * when there is room.
 */
import { METRIC_NAME } from '../series/index.ts';
import { OFFENDER_SERIES_LOOKED_AT, OFFENDERS_MAX, SERIES_ID_MAX } from './limits.ts';
import type { SeriesTable } from './series-table.ts';

/** Series at most, of all, of each job and of each metric. */
export interface BudgetLimits {
  readonly seriesMax: number;
  readonly seriesMaxPerJob: number;
  readonly seriesMaxPerMetric: number;
}

/** What a budget is for. */
export type BudgetKind = 'job' | 'metric' | 'store';

/** Who has used up a budget. */
export interface Offender {
  readonly kind: BudgetKind;
  /** Of the job or the metric; empty for the store. */
  readonly name: string;
  readonly seriesCount: number;
  readonly seriesMax: number;
  /** How often a new series was refused since it began. */
  readonly refusedCount: number;
  /** The label that has the most values, of the series that were looked at; empty for the store. */
  readonly widestLabel: string;
  readonly widestLabelValues: number;
}

interface Entry {
  readonly kind: BudgetKind;
  readonly name: string;
  refusedCount: number;
  round: number;
}

/** Numbers from here on stand for no series; each round has another, and then the first again. */
const REFUSED_FIRST = SERIES_ID_MAX + 1;
const ROUNDS = 14;
/** After as many rounds without a refusal an offender is none any more. */
const ROUNDS_REMEMBERED = 2;

export class SeriesBudget {
  readonly #limits: BudgetLimits;
  readonly #table: SeriesTable;
  readonly #offenders = new Map<string, Entry>();
  #round = 0;
  refusedSeries = 0;

  constructor(limits: BudgetLimits, table: SeriesTable) {
    this.#limits = limits;
    this.#table = table;
  }

  /** Whether a new series with these labels is over a budget; then it is counted. */
  refuses(labels: {
    readonly names: readonly string[];
    readonly values: readonly string[];
  }): boolean {
    const kind = this.#findKind(labels.names, labels.values);
    if (kind === undefined) return false;
    const name = kind === 'store' ? '' : valueOf(labels, labelOf(kind));
    const key = `${kind} ${name}`;
    const known = this.#offenders.get(key);
    this.refusedSeries++;
    if (known !== undefined) {
      known.refusedCount++;
      known.round = this.#round;
    } else if (this.#offenders.size < OFFENDERS_MAX) {
      this.#offenders.set(key, { kind, name, refusedCount: 1, round: this.#round });
    }
    return true;
  }

  #findKind(names: readonly string[], values: readonly string[]): BudgetKind | undefined {
    const { seriesMax, seriesMaxPerJob, seriesMaxPerMetric } = this.#limits;
    const metric = valueOf({ names, values }, METRIC_NAME);
    if (this.#countOf(METRIC_NAME, metric) >= seriesMaxPerMetric) return 'metric';
    const job = valueOf({ names, values }, 'job');
    if (this.#countOf('job', job) >= seriesMaxPerJob) return 'job';
    return this.#table.seriesCount >= seriesMax ? 'store' : undefined;
  }

  /** The postings know how many series have a pair. */
  #countOf(name: string, value: string): number {
    const pair = value === '' ? 0 : this.#table.pairs.find(name, value);
    return pair === 0 ? 0 : this.#table.postings.count(pair);
  }

  /** The number that refused series get in this round. */
  get refusedRef(): number {
    return REFUSED_FIRST + (this.#round % ROUNDS);
  }

  /** Whether a number was given to series that were refused in this round. */
  isRefused(ref: number): boolean {
    return ref === this.refusedRef;
  }

  /** Lets everybody try again. */
  beginRound(): void {
    if (this.#offenders.size === 0) return;
    this.#round++;
    for (const [key, entry] of this.#offenders) {
      if (this.#round - entry.round > ROUNDS_REMEMBERED) this.#offenders.delete(key);
    }
  }

  /** Who has been refused something of late, the most refused first. */
  offenders(): readonly Offender[] {
    const all = Array.from(this.#offenders.values(), (entry) => this.#describe(entry));
    return all.sort((a, b) => b.refusedCount - a.refusedCount);
  }

  #describe({ kind, name, refusedCount }: Entry): Offender {
    const { seriesMax, seriesMaxPerJob, seriesMaxPerMetric } = this.#limits;
    if (kind === 'store') {
      const { seriesCount } = this.#table;
      const nothing = { widestLabel: '', widestLabelValues: 0 };
      return { kind, name, refusedCount, seriesCount, seriesMax, ...nothing };
    }
    const label = labelOf(kind);
    return {
      kind,
      name,
      refusedCount,
      seriesCount: this.#countOf(label, name),
      seriesMax: kind === 'job' ? seriesMaxPerJob : seriesMaxPerMetric,
      ...this.#findWidest(label, name),
    };
  }

  /** Looks at the newest series of a pair, among which those are that have brought it over. */
  #findWidest(label: string, name: string): Pick<Offender, 'widestLabel' | 'widestLabelValues'> {
    const { pairs, labels, ids } = this.#table;
    const pair = pairs.find(label, name);
    const seen = new Set<number>();
    const valueCounts = new Map<string, number>();
    const members =
      pair === 0 ? [] : this.#table.seriesWith(pair).slice(-OFFENDER_SERIES_LOOKED_AT);
    for (const id of members) {
      for (const own of labels.list(ids.find(id))) {
        if (seen.has(own)) continue;
        seen.add(own);
        const ownName = pairs.name(own);
        valueCounts.set(ownName, (valueCounts.get(ownName) ?? 0) + 1);
      }
    }
    const [widestLabel, widestLabelValues] = [...valueCounts].reduce(
      (best, entry) => (entry[1] > best[1] ? entry : best),
      ['', 0] as const,
    );
    return { widestLabel, widestLabelValues };
  }
}

function labelOf(kind: 'job' | 'metric'): string {
  return kind === 'job' ? 'job' : METRIC_NAME;
}

function valueOf(
  { names, values }: { readonly names: readonly string[]; readonly values: readonly string[] },
  name: string,
): string {
  const index = names.indexOf(name);
  return index < 0 ? '' : values[index];
}
