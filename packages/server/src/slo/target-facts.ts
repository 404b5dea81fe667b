/**
 * What the store knows of targets: when their processes started, and when they were scraped.
 *
 * A target is its `job` and `instance`. Starts are read for a whole range at once, since every
 * objective asks for the same ones; scrapes only when a series appears that nobody has seen.
 */
import { createMatcher, isStale, type Labels, labelValue, METRIC_NAME } from '../series/index.ts';
import { LOOK_BACK_MS, TARGETS_KEPT_MAX } from './limits.ts';
import type { SeriesStore } from './series-store.ts';

const STARTS = createMatcher(METRIC_NAME, '=', 'process_start_time_seconds');
const UP = createMatcher(METRIC_NAME, '=', 'up');
/** A known target is nearly always found in the first of these; the last is all there is. */
const SEARCHES_MS = [LOOK_BACK_MS, 86_400_000, Infinity];

/** Process starts of one target within the range that was loaded. */
export class ProcessStarts {
  readonly timesMs: number[] = [];
  readonly startsMs: number[] = [];

  /** The start of the process that answered last at or before an instant. */
  at(timeMs: number): number | undefined {
    let i = this.timesMs.length - 1;
    while (i >= 0 && this.timesMs[i] > timeMs) i--;
    return i < 0 ? undefined : this.startsMs[i];
  }

  /** Adds what a scrape said; only changes are kept. */
  add(timeMs: number, startMs: number): void {
    if (this.startsMs.at(-1) === startMs) return;
    this.timesMs.push(timeMs);
    this.startsMs.push(startMs);
  }

  forget(): void {
    this.timesMs.length = 0;
    this.startsMs.length = 0;
  }
}

const UNKNOWN = new ProcessStarts();

export class TargetFacts {
  readonly #store: SeriesStore;
  #fromMs = 0;
  #toMs = -1;
  #starts = new Map<string, ProcessStarts>();
  /** The earliest successful scrape that was found of each target. */
  readonly #scrapedAtMs = new Map<string, number>();
  /** Until when there was none, by target: a thousand new series ask for the same one. */
  readonly #notScrapedBeforeMs = new Map<string, number>();

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  /** Reads the process starts of a range, unless they are there. */
  load(fromMs: number, toMs: number): void {
    if (fromMs >= this.#fromMs && toMs <= this.#toMs) return;
    this.#starts = new Map();
    if (this.#scrapedAtMs.size > TARGETS_KEPT_MAX) this.#scrapedAtMs.clear();
    if (this.#notScrapedBeforeMs.size > TARGETS_KEPT_MAX) this.#notScrapedBeforeMs.clear();
    const ambiguous = new Set<ProcessStarts>();
    const range = { matchers: [STARTS], fromMs: fromMs - LOOK_BACK_MS, toMs };
    for (const { labels, samples } of this.#store.select(range)) {
      const key = targetKey(labels);
      const known = this.#starts.get(key);
      // Two processes behind one target: whose start is it?
      if (known !== undefined) ambiguous.add(known);
      const starts = known ?? new ProcessStarts();
      this.#starts.set(key, starts);
      for (let i = 0; i < samples.count; i++) {
        if (!isStale(samples.bits, i)) starts.add(samples.timesMs[i], samples.values[i] * 1000);
      }
    }
    for (const starts of ambiguous) starts.forget();
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  startsOf(labels: Labels): ProcessStarts {
    return this.#starts.get(targetKey(labels)) ?? UNKNOWN;
  }

  /** Whether the target of a series was scraped with success before an instant. */
  wasScrapedBefore(labels: Labels, atMs: number): boolean {
    const job = labelValue(labels, 'job');
    const instance = labelValue(labels, 'instance');
    if (job === '' || instance === '') return false;
    const key = targetKey(labels);
    const knownMs = this.#scrapedAtMs.get(key);
    if (knownMs !== undefined && knownMs < atMs) return true;
    if (atMs <= (this.#notScrapedBeforeMs.get(key) ?? -Infinity)) return false;
    const target = [createMatcher('job', '=', job), createMatcher('instance', '=', instance)];
    for (const searchMs of SEARCHES_MS) {
      const fromMs = Math.max(0, atMs - searchMs);
      const range = { matchers: [UP, ...target], fromMs, toMs: atMs - 1 };
      for (const { samples } of this.#store.select(range)) {
        const index = samples.values.subarray(0, samples.count).indexOf(1);
        if (index < 0) continue;
        this.#scrapedAtMs.set(key, samples.timesMs[index]);
        return true;
      }
    }
    this.#notScrapedBeforeMs.set(key, atMs);
    return false;
  }
}

function targetKey(labels: Labels): string {
  return `${labelValue(labels, 'job')}\n${labelValue(labels, 'instance')}`;
}
