/**
 * The ledger of one objective: how many events were good, and how many there were, since counting
 * began.
 *
 * It is written for a time that lies back by the longest scrape timeout, the watermark: every
 * sample up to there is in the store by then, because samples carry the time at which their scrape
 * was due. So a point on disk says "all up to here, and nothing after it", and whoever goes on from
 * it (after a restart, a kill, an outage) counts exactly the samples after it. What was scraped
 * since the watermark is counted in memory, so that figures and alerts are not late.
 *
 * Invariants: the newest point on disk is (`#cursorMs`, `#base`); an event is either in the base or
 * in `#pending`, never in both; a counter's mark is never older than what was counted of it.
 */
import {
  createMatcher,
  isStale,
  type Labels,
  labelPairs,
  labelsKey,
  METRIC_NAME,
  type Samples,
} from '../series/index.ts';
import { countSeries, type Mark } from './counts.ts';
import { LedgerEdge, LedgerSeries, type Point } from './ledger-series.ts';
import {
  CATCH_UP_PIECE_MS,
  LOOK_BACK_MS,
  MARKS_KEPT_MAX,
  POINT_SPACING_MS,
  RETENTION_MARGIN_MS,
  START_GRACE_MS,
} from './limits.ts';
import type { Counts, CountedQuery, Slo } from './model.ts';
import type { SeriesStore, SloSample } from './series-store.ts';
import type { TargetFacts } from './target-facts.ts';
import { windowAt } from './time-window.ts';

/** What a count adds to: bad ones are taken from the good when all are known. */
type Side = 'good' | 'bad' | 'total';

interface Term {
  readonly side: Side;
  readonly sign: 1 | -1;
  readonly matchers: CountedQuery['terms'][number]['matchers'];
  readonly marks: Map<number, Mark>;
}

/** Points to be written, and what holds once they are. */
export interface LedgerDraft {
  readonly samples: readonly SloSample[];
  commit(): void;
}

const UP = createMatcher(METRIC_NAME, '=', 'up');
const ZERO: Counts = { good: 0, total: 0 };
/** Most targets come back soon; reading all that there is of a series takes milliseconds. */
const MARK_REACHES_MS = [3_600_000, 86_400_000, Infinity];
/** Hours looked through at once for the first sample that there is. */
const SEEK_PIECES = 24;

export class Ledger {
  slo: Slo;
  readonly #store: SeriesStore;
  readonly #facts: TargetFacts;
  readonly #series: LedgerSeries;
  readonly #terms: readonly Term[];
  readonly #edges = new Map<number, LedgerEdge>();
  /** Where the search for the first sample stands; undefined: it is over. */
  #seekMs: number | undefined;
  #isOpen = false;
  #sinceMs = 0;
  #cursorMs = 0;
  #base: Counts = ZERO;
  /** Samples up to here were in the base when this process began. */
  #countedUntilMs = 0;
  /** Whether the point at the cursor is on disk. */
  #isWritten = true;
  /** By the time of their samples. */
  readonly #pending = new Map<number, { good: number; total: number }>();
  #sampleIntervalMs: number | undefined;

  constructor(slo: Slo, store: SeriesStore, facts: TargetFacts) {
    this.slo = slo;
    this.#store = store;
    this.#facts = facts;
    this.#series = new LedgerSeries(store, slo);
    const { good, bad, total } = slo.indicator;
    const termsOf = (query: CountedQuery | undefined, side: Side): readonly Term[] =>
      (query?.terms ?? []).map((term) => ({ ...term, side, marks: new Map<number, Mark>() }));
    this.#terms = [...termsOf(good, 'good'), ...termsOf(bad, 'bad'), ...termsOf(total, 'total')];
  }

  /** Where counting stands; undefined before it began. */
  get cursorMs(): number | undefined {
    return this.#isOpen && this.#seekMs === undefined ? this.#cursorMs : undefined;
  }

  /** Since when there are counts that the store still has. */
  sinceMs(nowMs: number): number | undefined {
    if (this.cursorMs === undefined) return undefined;
    return Math.max(this.#sinceMs, nowMs - this.#store.retentionMs);
  }

  /** The time between the samples that came last; undefined: not known. */
  get sampleIntervalMs(): number | undefined {
    return this.#sampleIntervalMs;
  }

  /** Whether there is more to count than one tick brings. */
  isBehind(watermarkMs: number): boolean {
    const { cursorMs } = this;
    return cursorMs === undefined || watermarkMs - cursorMs > 2 * POINT_SPACING_MS;
  }

  /** Counts what came, up to now; the draft moves the base up to the watermark. */
  count(nowMs: number, watermarkMs: number): LedgerDraft {
    this.#read(nowMs);
    const hasNews = [...this.#pending.keys()].some((timeMs) => timeMs <= watermarkMs);
    const isDue = watermarkMs - this.#cursorMs >= POINT_SPACING_MS;
    const points = watermarkMs > this.#cursorMs && (hasNews || isDue) ? [watermarkMs] : [];
    return this.#draft(points);
  }

  /** Does a piece of the work that lies behind; never beyond the watermark. */
  catchUp(nowMs: number, watermarkMs: number): LedgerDraft {
    if (!this.#isOpen) this.#open(nowMs);
    if (this.#seekMs !== undefined) this.#seek(watermarkMs);
    if (this.#seekMs !== undefined || watermarkMs <= this.#cursorMs) return this.#draft([]);
    // The same pieces for all objectives: what is read for one of them serves the others.
    const pieceEndMs = (Math.floor(this.#cursorMs / CATCH_UP_PIECE_MS) + 1) * CATCH_UP_PIECE_MS;
    const untilMs = Math.min(pieceEndMs, watermarkMs);
    this.#read(untilMs);
    const points: number[] = [];
    let nextMs = Math.floor(this.#cursorMs / POINT_SPACING_MS) * POINT_SPACING_MS;
    while ((nextMs += POINT_SPACING_MS) < untilMs) points.push(nextMs);
    return this.#draft([...points, untilMs]);
  }

  /** The counts from the beginning up to an instant; undefined: not counted. */
  countsAt(atMs: number, nowMs: number): Counts | undefined {
    const { cursorMs } = this;
    if (cursorMs === undefined) return undefined;
    if (atMs >= cursorMs) return this.#addPending(atMs);
    const fromMs = nowMs - this.#store.retentionMs;
    if (atMs <= this.#sinceMs && this.#sinceMs >= fromMs) return ZERO;
    return this.#series.findAt(Math.max(atMs, fromMs), cursorMs);
  }

  /**
   * The counts of a window that ends now; undefined: not counted. The key tells windows apart whose
   * beginnings move on with time.
   */
  countsWithin(
    window: { readonly fromMs: number; readonly key: number },
    nowMs: number,
  ): Counts | undefined {
    const before = this.#countsBefore(window, nowMs);
    if (before === undefined) return undefined;
    const now = this.#addPending(nowMs);
    return { good: now.good - before.good, total: now.total - before.total };
  }

  #countsBefore(
    { fromMs, key }: { readonly fromMs: number; readonly key: number },
    nowMs: number,
  ): Counts | undefined {
    const { cursorMs } = this;
    if (cursorMs === undefined) return undefined;
    const oldestMs = nowMs - this.#store.retentionMs;
    if (fromMs >= cursorMs) return this.#addPending(fromMs);
    if (fromMs <= this.#sinceMs && this.#sinceMs >= oldestMs) return ZERO;
    const aheadMs = Math.max(POINT_SPACING_MS, (nowMs - fromMs) / 60);
    const edge =
      this.#edges.get(key) ?? new LedgerEdge(this.#series, Math.min(CATCH_UP_PIECE_MS, aheadMs));
    this.#edges.set(key, edge);
    return edge.at(Math.max(fromMs, oldestMs), cursorMs);
  }

  #addPending(atMs: number): Counts {
    let { good, total } = this.#base;
    for (const [timeMs, counts] of this.#pending) {
      if (timeMs > atMs) continue;
      good += counts.good;
      total += counts.total;
    }
    return { good, total };
  }

  /** Goes on from what is on disk, or looks for where to begin. */
  #open(nowMs: number): void {
    this.#isOpen = true;
    const state = this.#series.readNewest(nowMs);
    if (state === undefined) {
      const keptMs = nowMs - this.#store.retentionMs + RETENTION_MARGIN_MS;
      this.#seekMs = Math.max(windowAt(this.slo.window, nowMs).fromMs, keptMs);
      return;
    }
    this.#begin(state, state.sinceMs);
  }

  #begin(point: Point, sinceMs: number): void {
    this.#seekMs = undefined;
    this.#sinceMs = sinceMs;
    this.#cursorMs = point.timeMs;
    this.#countedUntilMs = point.timeMs;
    this.#base = { good: point.good, total: point.total };
  }

  /**
   * Counting begins where scraping began, within the window. Without a scrape it begins a little
   * before now, so that what is started together with Nines is counted from its first event on.
   */
  #seek(watermarkMs: number): void {
    for (let piece = 0; piece < SEEK_PIECES && this.#seekMs !== undefined; piece++) {
      const fromMs: number = this.#seekMs;
      const toMs = Math.min(fromMs + CATCH_UP_PIECE_MS, watermarkMs);
      let firstMs = fromMs >= watermarkMs ? watermarkMs - START_GRACE_MS : Infinity;
      for (const { samples } of this.#store.select({ matchers: [UP], fromMs, toMs })) {
        firstMs = Math.min(firstMs, samples.timesMs[0]);
      }
      this.#seekMs = toMs;
      if (firstMs === Infinity) continue;
      this.#begin({ timeMs: firstMs, ...ZERO }, firstMs);
      this.#isWritten = false;
    }
  }

  #read(untilMs: number): void {
    const fromMs = this.#cursorMs - LOOK_BACK_MS;
    this.#facts.load(fromMs, untilMs);
    for (const term of this.#terms) this.#readTerm(term, fromMs, untilMs);
  }

  #readTerm(term: Term, fromMs: number, untilMs: number): void {
    const { matchers, marks } = term;
    for (const { ref, labels, samples } of this.#store.select({
      matchers,
      fromMs,
      toMs: untilMs,
    })) {
      const mark = marks.get(ref);
      if (mark !== undefined && samples.timesMs[samples.count - 1] <= mark.timeMs) continue;
      const starts = this.#facts.startsOf(labels);
      const next = countSeries(samples, mark, {
        countedUntilMs: this.#countedUntilMs,
        countingSinceMs: this.#sinceMs,
        processStartedMs: (atMs) => starts.at(atMs),
        findMark: (beforeMs) => this.#findMark(labels, beforeMs),
        isTargetKnown: (beforeMs) => this.#facts.wasScrapedBefore(labels, beforeMs),
        add: (timeMs, increment) => this.#add(term, timeMs, increment),
      });
      if (next === undefined || next === mark) continue;
      marks.set(ref, next);
      if (samples.count > 1) this.#noteInterval(samples.timesMs, samples.count);
    }
    if (marks.size > MARKS_KEPT_MAX) this.#forgetOldMarks(marks);
  }

  /** Of series that are long gone; should one come back, the store is asked. */
  #forgetOldMarks(marks: Map<number, Mark>): void {
    for (const [ref, { timeMs }] of marks) {
      if (timeMs < this.#cursorMs - CATCH_UP_PIECE_MS) marks.delete(ref);
    }
  }

  #noteInterval(timesMs: Float64Array, count: number): void {
    const gapMs = timesMs[count - 1] - timesMs[count - 2];
    // A gap of a target that was away says nothing of how often it is asked.
    const knownMs = this.#sampleIntervalMs ?? gapMs;
    this.#sampleIntervalMs = gapMs > 4 * knownMs ? knownMs : gapMs;
  }

  /** The last sample of a series before an instant, however long ago it was. */
  #findMark(labels: Labels, beforeMs: number): Mark | undefined {
    const matchers = [...labelPairs(labels)].map(([name, value]) =>
      createMatcher(name, '=', value),
    );
    const key = labelsKey(labels);
    for (const reachMs of MARK_REACHES_MS) {
      const range = { matchers, fromMs: Math.max(0, beforeMs - reachMs), toMs: beforeMs - 1 };
      for (const { labels: found, samples } of this.#store.select(range)) {
        // Longer label sets match as well.
        const mark = labelsKey(found) === key ? lastMark(samples) : undefined;
        if (mark !== undefined) return mark;
      }
    }
    return undefined;
  }

  #add({ side, sign }: Term, timeMs: number, increment: number): void {
    const counts = this.#pending.get(timeMs) ?? { good: 0, total: 0 };
    const change = sign * increment;
    if (side === 'good') counts.good += change;
    if (side === 'bad') counts.good -= change;
    if (side === 'total') {
      counts.total += change;
      // What is not bad is good; without `bad` the good are counted themselves.
      if (this.slo.indicator.bad !== undefined) counts.good += change;
    }
    this.#pending.set(timeMs, counts);
  }

  #draft(pointTimesMs: readonly number[]): LedgerDraft {
    const sinceMs = this.#sinceMs;
    if (this.cursorMs === undefined) return { samples: [], commit: () => {} };
    const first = { timeMs: this.#cursorMs, ...this.#base };
    const samples = this.#isWritten ? [] : [...this.#series.samplesOf(first, sinceMs)];
    const waiting = [...this.#pending].sort(([a], [b]) => a - b);
    let taken = 0;
    let { good, total } = this.#base;
    for (const timeMs of pointTimesMs) {
      for (; taken < waiting.length && waiting[taken][0] <= timeMs; taken++) {
        good += waiting[taken][1].good;
        total += waiting[taken][1].total;
      }
      samples.push(...this.#series.samplesOf({ timeMs, good, total }, sinceMs));
    }
    return {
      samples,
      commit: () => {
        this.#isWritten = true;
        this.#base = { good, total };
        this.#cursorMs = pointTimesMs.at(-1) ?? this.#cursorMs;
        for (const [timeMs] of waiting.slice(0, taken)) this.#pending.delete(timeMs);
      },
    };
  }
}

function lastMark({ count, timesMs, values, bits, histograms }: Samples): Mark | undefined {
  for (let i = count - 1; i >= 0; i--) {
    if (isStale(bits, i) || !Number.isFinite(values[i]) || histograms?.[i] !== undefined) continue;
    return { timeMs: timesMs[i], value: values[i], processStartedMs: undefined };
  }
  return undefined;
}
