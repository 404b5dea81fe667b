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
import type { SeriesOrder } from './series-order.ts';
import type { SeriesTable } from './series-table.ts';

export class SelectionCache {
  readonly #table: SeriesTable;
  readonly #order: SeriesOrder;
  /** In order of first use; slots in order of labels. */
  readonly #known = new Map<readonly Matcher[], Uint32Array>();
  #seriesCount = 0;
  #version = -1;

  constructor(table: SeriesTable, order: SeriesOrder) {
    this.#table = table;
    this.#order = order;
  }

  /** Slots of the matching series in order of labels; not to be changed. */
  find(matchers: readonly Matcher[]): Uint32Array {
    if (this.#version !== this.#table.version) this.#clear();
    const known = this.#known.get(matchers);
    if (known !== undefined) return known;
    const slots = matchSeries(this.#table, matchers);
    for (let i = 0; i < slots.length; i++) slots[i] = this.#table.ids.find(slots[i]);
    this.#order.sort(slots);
    this.#keep(matchers, slots);
    return slots;
  }

  #keep(matchers: readonly Matcher[], slots: Uint32Array): void {
    if (slots.length > MATCHES_SERIES_MAX) return;
    this.#known.set(matchers, slots);
    this.#seriesCount += slots.length;
    for (const [oldest, dropped] of this.#known) {
      const fits = this.#seriesCount <= MATCHES_SERIES_MAX && this.#known.size <= MATCHES_KEPT_MAX;
      if (fits) break;
      this.#known.delete(oldest);
      this.#seriesCount -= dropped.length;
    }
  }

  #clear(): void {
    this.#known.clear();
    this.#seriesCount = 0;
    this.#version = this.#table.version;
  }
}
