/**
 * Where steps and windows lie over aggregates.
 *
 * An aggregate stands for a whole interval. So a time is moved back to the last multiple of the
 * interval's length, and a window is made to begin at one: what it then holds is whole intervals,
 * and the answer is the one that the samples would give for that window (ADR 139). Each time is
 * answered from one tier, and times after the last one from samples, where nothing is moved.
 */
import type { AggregateTier } from '../series/index.ts';

/** A window of whole intervals and of samples: (fromMs, toMs]. */
export interface MovedWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export class AggregateTimes {
  readonly #tiers: readonly AggregateTier[];
  /** Times up to here are answered from aggregates. */
  readonly untilMs: number;

  constructor(tiers: readonly AggregateTier[]) {
    this.#tiers = tiers;
    this.untilMs = tiers.at(-1)?.untilMs ?? -Infinity;
  }

  /** The tier that a time is answered from; undefined: samples. */
  tierAt(timeMs: number): AggregateTier | undefined {
    return this.#tiers.find(({ untilMs }) => timeMs <= untilMs);
  }

  /** The tiers that times of a range are answered from. */
  tiersIn({ fromMs, toMs }: MovedWindow): readonly AggregateTier[] {
    return this.#tiers.filter(
      ({ untilMs }, i) => untilMs > fromMs && (i === 0 || this.#tiers[i - 1].untilMs < toMs),
    );
  }

  /** The time that a step looks at. */
  move(timeMs: number): number {
    const everyMs = this.tierAt(timeMs)?.everyMs ?? 1;
    return Math.floor(timeMs / everyMs) * everyMs;
  }

  /** The window of a step; at least as long as its range. */
  moveWindow(endMs: number, rangeMs: number): MovedWindow {
    const toMs = this.move(endMs);
    const openMs = toMs - rangeMs;
    const tier = this.#tiers.find(({ untilMs }) => openMs < untilMs);
    const everyMs = tier?.everyMs ?? 1;
    return { fromMs: Math.floor(openMs / everyMs) * everyMs, toMs };
  }
}
