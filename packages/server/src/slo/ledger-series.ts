/**
 * The series that counts are kept in, and reading them back.
 *
 * Both counts are totals since counting began, so what happened between two instants is a
 * difference, and nothing is lost by reading too few of them. Points of the three series are
 * written together, with the same time: what stands at the newest one is a whole state.
 */
import {
  createLabels,
  createMatcher,
  type Labels,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import { POINT_SPACING_MS, TICK_MS } from './limits.ts';
import type { Counts, Slo } from './model.ts';
import type { SeriesStore, SloSample } from './series-store.ts';

const GOOD = 'nines_slo_good_total';
const EVENTS = 'nines_slo_events_total';
const SINCE = 'nines_slo_counted_since_timestamp_seconds';

/** Further than any two points are apart. */
const POINT_REACH_MS = POINT_SPACING_MS + 2 * TICK_MS;

export interface Point extends Counts {
  readonly timeMs: number;
}

/** The newest state on disk. */
export interface LedgerState extends Point {
  readonly sinceMs: number;
}

type Named = Pick<Slo, 'name' | 'definition'>;

export class LedgerSeries {
  readonly #store: SeriesStore;
  readonly #slo: Named;
  readonly #labels: { readonly good: Labels; readonly events: Labels; readonly since: Labels };

  constructor(store: SeriesStore, { name, definition }: Named) {
    this.#store = store;
    this.#slo = { name, definition };
    const named = (metric: string): Labels =>
      createLabels({ [METRIC_NAME]: metric, slo: name, definition });
    this.#labels = { good: named(GOOD), events: named(EVENTS), since: named(SINCE) };
  }

  /** The samples of one point. */
  samplesOf({ timeMs, good, total }: Point, sinceMs: number): readonly SloSample[] {
    const { good: goodLabels, events, since } = this.#labels;
    return [
      { labels: goodLabels, timeMs, value: good, isStale: false },
      { labels: events, timeMs, value: total, isStale: false },
      { labels: since, timeMs, value: sinceMs / 1000, isStale: false },
    ];
  }

  /** The newest state, where one was written within retention. */
  readNewest(nowMs: number): LedgerState | undefined {
    const matchers = this.#matchers();
    // Ahead of the clock, too: it may have been set back.
    const range = { matchers, fromMs: nowMs - this.#store.retentionMs, toMs: nowMs + 3_600_000 };
    const found = new Map<string, { timeMs: number; value: number }>();
    for (const { labels, samples } of this.#store.select({ ...range, newestOnly: true })) {
      const last = samples.count - 1;
      const newest = { timeMs: samples.timesMs[last], value: samples.values[last] };
      found.set(labelValue(labels, METRIC_NAME), newest);
    }
    const good = found.get(GOOD);
    const events = found.get(EVENTS);
    const since = found.get(SINCE);
    if (good === undefined || events === undefined || since === undefined) return undefined;
    const { timeMs, value: total } = events;
    return { timeMs, good: good.value, total, sinceMs: Math.round(since.value * 1000) };
  }

  /** The points of a range, oldest first. */
  read(fromMs: number, toMs: number): readonly Point[] {
    const goodAt = new Map<number, number>();
    const matchers = this.#matchers();
    const one = (metric: string): ReturnType<SeriesStore['select']> =>
      this.#store.select({
        matchers: [createMatcher(METRIC_NAME, '=', metric), ...matchers],
        fromMs,
        toMs,
      });
    for (const { samples } of one(GOOD)) {
      for (let i = 0; i < samples.count; i++) goodAt.set(samples.timesMs[i], samples.values[i]);
    }
    const points: Point[] = [];
    for (const { samples } of one(EVENTS)) {
      for (let i = 0; i < samples.count; i++) {
        const timeMs = samples.timesMs[i];
        const good = goodAt.get(timeMs);
        if (good !== undefined) points.push({ timeMs, good, total: samples.values[i] });
      }
    }
    return points;
  }

  /** The point in force at an instant: the last one before it, else the first one after it. */
  findAt(atMs: number, untilMs: number): Point | undefined {
    const before = this.read(atMs - POINT_REACH_MS, atMs).at(-1);
    if (before !== undefined) return before;
    // Only where retention took what was before, or the process stood still for long.
    for (let reachMs = 7_200_000; ; reachMs *= 8) {
      const [first] = this.read(atMs, Math.min(atMs + reachMs, untilMs));
      if (first !== undefined || atMs + reachMs >= untilMs) return first;
    }
  }

  #matchers(): ReturnType<typeof createMatcher>[] {
    const { name, definition } = this.#slo;
    return [createMatcher('slo', '=', name), createMatcher('definition', '=', definition)];
  }
}

/** Numbers that a point takes in a `LedgerEdge`. */
const STRIDE = 3;

/**
 * The counts at an instant that moves on slowly, as the beginning of a window does. Points ahead of
 * it are kept, so that disk is asked once in a while and not every few seconds: some thousands for
 * each objective, hence as plain numbers, a quarter of what objects take.
 */
export class LedgerEdge {
  readonly #series: LedgerSeries;
  readonly #aheadMs: number;
  /** Time, good and total of each point, oldest first. */
  #points = new Float64Array();
  #fromMs = 0;
  #toMs = -1;

  /** `aheadMs` is how far it reads on. */
  constructor(series: LedgerSeries, aheadMs: number) {
    this.#series = series;
    this.#aheadMs = aheadMs;
  }

  /** `untilMs` is the newest point there is. */
  at(atMs: number, untilMs: number): Counts | undefined {
    if (atMs < this.#fromMs || atMs > this.#toMs) this.#load(atMs, untilMs);
    let i = this.#points.length - STRIDE;
    while (i >= 0 && this.#points[i] > atMs) i -= STRIDE;
    if (i < 0) return this.#series.findAt(atMs, untilMs);
    return { good: this.#points[i + 1], total: this.#points[i + 2] };
  }

  #load(atMs: number, untilMs: number): void {
    const toMs = Math.min(atMs + this.#aheadMs, untilMs);
    const points = this.#series.read(atMs - POINT_REACH_MS, toMs);
    this.#points = new Float64Array(points.length * STRIDE);
    points.forEach(({ timeMs, good, total }, i) =>
      this.#points.set([timeMs, good, total], i * STRIDE),
    );
    this.#fromMs = atMs;
    this.#toMs = toMs;
  }
}
