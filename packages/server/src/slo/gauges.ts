/**
 * What rules and graphs see of an objective: the ratio of bad events in each window of its alerts,
 * and how much budget is left.
 *
 * Where nothing was counted a gauge ends with a staleness marker: it is neither 0, which reads as
 * good, nor the last value, which reads as measured. Rules hold what they judged last for a while
 * by themselves (alert-rules.ts).
 */
import { createLabels, type Labels, METRIC_NAME } from '../series/index.ts';
import { allowedRatio } from './burn-rate.ts';
import type { Ledger } from './ledger.ts';
import { POINT_SPACING_MS, TICK_MS } from './limits.ts';
import type { Counts } from './model.ts';
import type { SloSample } from './series-store.ts';
import { windowAt } from './time-window.ts';
import { formatDuration } from '../platform/index.ts';

export const ERROR_RATIO = 'nines_slo_error_ratio';
const BUDGET_LEFT = 'nines_slo_budget_left_ratio';

/** A change by more than this part is written at once. */
const NEWS = 0.05;
/** The window of the objective itself, whatever its length. */
export const BUDGET_KEY = 0;

/** The share of bad events; undefined: there were none at all. */
export function errorRatioOf(counts: Counts | undefined): number | undefined {
  if (counts === undefined || counts.total <= 0) return undefined;
  // Good ones may be scraped a moment before all: never below nothing.
  return Math.max(0, counts.total - counts.good) / counts.total;
}

/** The share of the budget that is left; negative: overspent. Undefined: no events. */
export function budgetLeftOf(counts: Counts | undefined, objective: number): number | undefined {
  const ratio = errorRatioOf(counts);
  return ratio === undefined ? undefined : 1 - ratio / allowedRatio(objective);
}

/** The lengths of all windows that an objective's alerts look at. */
export function alertWindows(alerts: Ledger['slo']['alerts']): readonly number[] {
  return [...new Set(alerts.flatMap(({ longMs, shortMs }) => [longMs, shortMs]))];
}

interface Written {
  readonly value: number | undefined;
  readonly atMs: number;
}

/** What a ratio on disk was worked out from. */
export interface Judged {
  readonly counts: Counts;
  readonly ratio: number;
  readonly atMs: number;
}

export class SloGauges {
  readonly #ledger: Ledger;
  readonly #written = new Map<number, Written>();
  /** The newest ratios of each window, without gaps; a rule may look a moment after the tick. */
  readonly #judged = new Map<number, readonly Judged[]>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** What is worth writing now. A long window changes slowly, and is written less often. */
  samplesAt(nowMs: number): readonly SloSample[] {
    const { slo } = this.#ledger;
    const samples: SloSample[] = [];
    for (const windowMs of alertWindows(slo.alerts)) {
      const window = { fromMs: nowMs - windowMs, key: windowMs };
      const counts = this.#ledger.countsWithin(window, nowMs);
      const value = errorRatioOf(counts);
      const everyMs = Math.min(POINT_SPACING_MS, Math.max(TICK_MS, windowMs / 60));
      if (!this.#isDue(windowMs, { value, atMs: nowMs }, everyMs)) continue;
      if (counts !== undefined && value !== undefined) {
        const last = this.#judged.get(windowMs)?.slice(-1) ?? [];
        this.#judged.set(windowMs, [...last, { counts, ratio: value, atMs: nowMs }]);
      }
      const labels = { slo: slo.name, window: formatDuration(windowMs) };
      samples.push(sampleOf(createLabels({ [METRIC_NAME]: ERROR_RATIO, ...labels }), value, nowMs));
    }
    const { fromMs } = windowAt(slo.window, nowMs);
    const counts = this.#ledger.countsWithin({ fromMs, key: BUDGET_KEY }, nowMs);
    const left = budgetLeftOf(counts, slo.objective);
    if (this.#isDue(BUDGET_KEY, { value: left, atMs: nowMs }, POINT_SPACING_MS)) {
      const labels = createLabels({ [METRIC_NAME]: BUDGET_LEFT, slo: slo.name });
      samples.push(sampleOf(labels, left, nowMs));
    }
    return samples;
  }

  /**
   * What rules see of a window at an instant: its newest ratio, no older than they hold one, with
   * the counts of the same moment. Undefined: none since this process began.
   */
  judgedAt(
    windowMs: number,
    { nowMs, holdMs }: { readonly nowMs: number; readonly holdMs: number },
  ): Judged | undefined {
    const known = this.#judged.get(windowMs) ?? [];
    const judged = known.findLast(({ atMs }) => atMs <= nowMs) ?? known.at(0);
    return judged !== undefined && nowMs - judged.atMs <= holdMs ? judged : undefined;
  }

  #isDue(key: number, next: Written, everyMs: number): boolean {
    const last = this.#written.get(key);
    const isDue = last === undefined ? next.value !== undefined : isNews(last, next, everyMs);
    if (isDue) this.#written.set(key, next);
    return isDue;
  }
}

function isNews(last: Written, next: Written, everyMs: number): boolean {
  if (last.value === undefined || next.value === undefined) return last.value !== next.value;
  const change = Math.abs(next.value - last.value);
  return next.atMs - last.atMs >= everyMs || change > NEWS * Math.abs(last.value);
}

function sampleOf(labels: Labels, value: number | undefined, timeMs: number): SloSample {
  return { labels, timeMs, value: value ?? 0, isStale: value === undefined };
}
