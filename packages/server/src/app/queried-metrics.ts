/**
 * Remembers which metrics people and programs ask for, to tell which ones nobody does.
 *
 * On the way of a query this is one look into a set: an expression is looked through once a day.
 * Names go into the store as series of their own, one sample for each name and day, so that they
 * survive a restart, are part of backups and go with the retention, and nothing else has to be
 * kept (docs/formats/queried-metrics.md). Rules are no queries: their files say what they read.
 */
import type { Clock } from '../platform/index.ts';
import type { Expr, Queryable } from '../promql/index.ts';
import { createLabels, createMatcher, labelValue, METRIC_NAME } from '../series/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import { QUERIED_NAMES_PER_DAY_MAX } from './limits.ts';
import {
  addMetricsOf,
  addMetricsOfMatchers,
  type NamedMetrics,
  noMetrics,
} from './metric-names.ts';

const DAY_MS = 86_400_000;
/** The series, and its labels for a name and for a pattern. */
export const QUERIED_METRIC = 'nines_queried_metric_info';
const NAME = 'metric';
const PATTERN = 'pattern';

export type QueriedStore = Queryable & Pick<Tsdb, 'writeSamples'>;

/** What was asked for, and since when that is known. */
export interface QueriedMetrics extends NamedMetrics {
  /** Undefined: no query is on record. */
  readonly sinceMs: number | undefined;
}

export class QueryRecord {
  readonly #store: QueriedStore;
  readonly #clock: Clock;
  #day = -1;
  /** Of this day. */
  #seen = new WeakSet<Expr>();
  #today = noMetrics();
  /** Of today's, those that the store has. */
  #writtenNames = 0;
  #writtenPatterns = 0;

  constructor(store: QueriedStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Takes note of a query; the same expression again costs nothing. */
  note(expr: Expr): void {
    this.#turn();
    if (this.#seen.has(expr) || this.#isFull()) return;
    this.#seen.add(expr);
    addMetricsOf(expr, this.#today);
  }

  /** The store, for those who select from it without an expression. */
  noting(): Queryable {
    const store = this.#store;
    const noted = <R extends Parameters<Queryable['select']>[0]>(range: R): R => {
      this.#turn();
      if (!this.#isFull()) addMetricsOfMatchers(range.matchers, this.#today);
      return range;
    };
    return {
      select: (range) => store.select(noted(range)),
      estimate: (range) => store.estimate(range),
      labelNames: (range) => store.labelNames(noted(range)),
      labelValues: (name, range) => store.labelValues(name, noted(range)),
      series: (range) => store.series(noted(range)),
    };
  }

  #turn(): void {
    const day = Math.floor(this.#clock.now() / DAY_MS);
    if (day === this.#day) return;
    this.#day = day;
    this.#seen = new WeakSet();
    this.#today = noMetrics();
    this.#writtenNames = 0;
    this.#writtenPatterns = 0;
  }

  #isFull(): boolean {
    const { names, patterns } = this.#today;
    return names.size + patterns.size >= QUERIED_NAMES_PER_DAY_MAX;
  }

  /** Writes what is new; to be called now and then. Throws what the store throws. */
  flush(): void {
    const { names, patterns } = this.#today;
    if (names.size === this.#writtenNames && patterns.size === this.#writtenPatterns) return;
    const timeMs = this.#clock.now();
    const sampleOf = (label: string) => (text: string) => ({
      labels: createLabels({ [METRIC_NAME]: QUERIED_METRIC, [label]: text }),
      timeMs,
      value: 1,
      isStale: false,
    });
    // Sets keep the order of arrival.
    this.#store.writeSamples([
      ...[...names].slice(this.#writtenNames).map(sampleOf(NAME)),
      ...[...patterns].slice(this.#writtenPatterns).map(sampleOf(PATTERN)),
    ]);
    this.#writtenNames = names.size;
    this.#writtenPatterns = patterns.size;
  }

  /** What was asked for within the last days. */
  read(days: number): QueriedMetrics {
    const toMs = this.#clock.now();
    const range = { matchers: [SELECTOR], fromMs: toMs - days * DAY_MS, toMs };
    const names = new Set(this.#today.names);
    const patterns = new Set(this.#today.patterns);
    let sinceMs = names.size + patterns.size > 0 ? toMs : Infinity;
    for (const { labels, samples } of this.#store.select(range)) {
      if (samples.count === 0) continue;
      sinceMs = Math.min(sinceMs, samples.timesMs[0]);
      const pattern = labelValue(labels, PATTERN);
      if (pattern === '') names.add(labelValue(labels, NAME));
      else patterns.add(pattern);
    }
    return { names, patterns, sinceMs: sinceMs === Infinity ? undefined : sinceMs };
  }
}

const SELECTOR = createMatcher(METRIC_NAME, '=', QUERIED_METRIC);
