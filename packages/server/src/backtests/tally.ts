/**
 * Counts what a rule would have done. Alerts that fired before the range are known, because they
 * fire within it, and count as none that fired.
 */
import { outputOf } from '../alerts/index.ts';
import type { AlertTransition } from '../rules/index.ts';
import { type Labels, labelsKey } from '../series/index.ts';
import { LABEL_SETS_KEPT, LABEL_SETS_SHOWN, PERIODS_KEPT } from './limits.ts';
import type { LabelSetTally, Period, Range, Tally } from './model.ts';

export interface TallyKeeper {
  /** Takes the next change, in the order of time. */
  note(transition: AlertTransition): void;
  /** The counts, where the last evaluation was at this time. */
  finish(endMs: number): Tally;
}

/** Begins to count; `isNight` says of a time whether people sleep. */
export function createTally(range: Range, isNight: (atMs: number) => boolean): TallyKeeper {
  return new Keeper(range, isNight);
}

class Keeper implements TallyKeeper {
  readonly #range: Range;
  readonly #isNight: (atMs: number) => boolean;
  /** Firing, by the key of their labels. */
  readonly #open = new Map<string, Period>();
  readonly #labelSets = new Map<string, LabelSetTally>();
  #periods: Period[] = [];
  #periodCount = 0;
  #pendingCount = 0;
  #droppedCount = 0;
  #firingCount = 0;
  #resolvedCount = 0;
  #pageCount = 0;
  #nightPageCount = 0;
  #firingAtStart = 0;
  #longestMs: number | undefined;
  #firingMs = 0;

  constructor(range: Range, isNight: (atMs: number) => boolean) {
    this.#range = range;
    this.#isNight = isNight;
  }

  note({ kind, atMs, alert }: AlertTransition): void {
    const isInside = atMs >= this.#range.fromMs;
    switch (kind) {
      case 'pending':
        if (isInside) this.#pendingCount++;
        break;
      case 'dropped':
        if (isInside) this.#droppedCount++;
        break;
      case 'firing': {
        const { labels, activeAtMs, value } = alert;
        const output = outputOf(labels);
        const period = { labels, activeAtMs, firedAtMs: atMs, output, value };
        this.#open.set(labelsKey(labels), { ...period, resolvedAtMs: undefined });
        // Without `for` it was never pending, and its condition began to hold all the same.
        if (isInside && activeAtMs === atMs) this.#pendingCount++;
        if (isInside) this.#noteFired(output, atMs);
        break;
      }
      case 'resolved': {
        const key = labelsKey(alert.labels);
        const period = this.#open.get(key);
        this.#open.delete(key);
        if (!isInside || period === undefined) break;
        this.#resolvedCount++;
        this.#keep({ ...period, resolvedAtMs: atMs }, atMs);
        break;
      }
      case 'kept':
        break;
    }
  }

  #noteFired(output: Period['output'], atMs: number): void {
    this.#firingCount++;
    if (output !== 'page') return;
    this.#pageCount++;
    if (this.#isNight(atMs)) this.#nightPageCount++;
  }

  #keep(period: Period, endMs: number): void {
    const wasFiring = period.firedAtMs < this.#range.fromMs;
    if (wasFiring) this.#firingAtStart++;
    const lengthMs = endMs - Math.max(period.firedAtMs, this.#range.fromMs);
    this.#longestMs = Math.max(this.#longestMs ?? 0, lengthMs);
    this.#firingMs += lengthMs;
    this.#periodCount++;
    this.#periods.push(period);
    if (this.#periods.length >= 2 * PERIODS_KEPT) this.#periods = newest(this.#periods);
    this.#noteLabels(period.labels, { firingCount: wasFiring ? 0 : 1, firingMs: lengthMs });
  }

  #noteLabels(labels: Labels, more: Omit<LabelSetTally, 'labels'>): void {
    const key = labelsKey(labels);
    const before = this.#labelSets.get(key);
    if (before === undefined && this.#labelSets.size >= LABEL_SETS_KEPT) return;
    this.#labelSets.set(key, {
      labels,
      firingCount: (before?.firingCount ?? 0) + more.firingCount,
      firingMs: (before?.firingMs ?? 0) + more.firingMs,
    });
  }

  finish(endMs: number): Tally {
    const firingAtEnd = this.#open.size;
    for (const period of this.#open.values()) this.#keep(period, Math.max(endMs, period.firedAtMs));
    this.#open.clear();
    const labelSets = [...this.#labelSets.values()].sort(
      (a, b) => b.firingCount - a.firingCount || b.firingMs - a.firingMs,
    );
    return {
      pendingCount: this.#pendingCount,
      droppedCount: this.#droppedCount,
      firingCount: this.#firingCount,
      resolvedCount: this.#resolvedCount,
      pageCount: this.#pageCount,
      nightPageCount: this.#nightPageCount,
      firingAtStart: this.#firingAtStart,
      firingAtEnd,
      longestMs: this.#longestMs,
      firingMs: this.#firingMs,
      labelSets: labelSets.slice(0, LABEL_SETS_SHOWN),
      labelSetCount: labelSets.length,
      periods: newest(this.#periods),
      periodCount: this.#periodCount,
    };
  }
}

function newest(periods: readonly Period[]): Period[] {
  return periods.toSorted((a, b) => a.firedAtMs - b.firedAtMs).slice(-PERIODS_KEPT);
}
