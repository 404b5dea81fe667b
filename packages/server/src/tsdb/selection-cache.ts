/**
 * Which series matched, remembered for the selectors that come again: a query asks for an estimate
 * and then selects, and rules ask the same every few seconds.
 *
 * Keyed by the identity of the list of matchers, which is that of the parsed expression. Forgotten
 * as a whole when a series comes or goes, so a fleet in steady state matches nothing twice.
 */
import type { Matcher } from '../series/index.ts';
import { MATCHES_KEPT_MAX, MATCHES_SERIES_MAX } from './limits.ts';
import { matchSeries } from './matching.ts';
import type { SeriesTable } from './series-table.ts';

/** Numbers looked up in a row, while another thread may write. */
const LOOK_UP_BLOCK = 4096;
/** -1 as an unsigned word. */
const NO_SLOT = 0xffff_ffff;

/** Sorts slots by their labels, in place. */
export interface SlotOrder {
  sort(slots: Uint32Array): void;
}

interface KnownSelection {
  readonly slots: Uint32Array;
  /** By labels; else by the numbers of the series, which mostly is how their columns lie. */
  readonly isOrdered: boolean;
}

export class SelectionCache {
  readonly #table: SeriesTable;
  readonly #order: SlotOrder;
  /** In order of first use. */
  readonly #known = new Map<readonly Matcher[], KnownSelection>();
  #seriesCount = 0;
  #version = -1;

  constructor(table: SeriesTable, order: SlotOrder) {
    this.#table = table;
    this.#order = order;
  }

  /** Slots of the matching series, in order of labels where that is asked; not to be changed. */
  find(matchers: readonly Matcher[], isOrdered: boolean): Uint32Array {
    if (this.#version !== this.#table.version) this.#clear();
    const known = this.#known.get(matchers);
    if (known !== undefined && (known.isOrdered || !isOrdered)) return known.slots;
    const slots = known?.slots.slice() ?? this.#slotsOf(matchSeries(this.#table, matchers));
    if (isOrdered) this.#order.sort(slots);
    this.#keep(matchers, { slots, isOrdered });
    return slots;
  }

  /** Puts slots in the place of numbers, without series that another thread removed meanwhile. */
  #slotsOf(ids: Uint32Array): Uint32Array {
    const { guard } = this.#table;
    let kept = 0;
    for (let from = 0; from < ids.length; from += LOOK_UP_BLOCK) {
      const block = ids.slice(from, from + LOOK_UP_BLOCK);
      guard.read(() => {
        // Numbers that follow each other mostly have slots that do.
        let slot = -1;
        for (let i = 0; i < block.length; i++) {
          slot = this.#table.slotAfter(slot, ids[from + i]);
          block[i] = slot;
        }
      });
      for (const slot of block) if (slot !== NO_SLOT) ids[kept++] = slot;
    }
    return ids.subarray(0, kept);
  }

  #keep(matchers: readonly Matcher[], selection: KnownSelection): void {
    if (selection.slots.length > MATCHES_SERIES_MAX) return;
    this.#seriesCount += selection.slots.length - (this.#known.get(matchers)?.slots.length ?? 0);
    this.#known.set(matchers, selection);
    for (const [oldest, dropped] of this.#known) {
      const fits = this.#seriesCount <= MATCHES_SERIES_MAX && this.#known.size <= MATCHES_KEPT_MAX;
      if (fits) break;
      this.#known.delete(oldest);
      this.#seriesCount -= dropped.slots.length;
    }
  }

  #clear(): void {
    this.#known.clear();
    this.#seriesCount = 0;
    this.#version = this.#table.version;
  }
}
