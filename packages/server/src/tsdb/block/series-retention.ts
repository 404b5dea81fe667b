/**
 * Series that are kept for less time than all others.
 *
 * What is too old is marked as deleted in the blocks, where every reader leaves it out from then on,
 * and goes from the disk when its block is rewritten, as with every deletion. Windows of two hours
 * go whole. In a longer block time is cut at tenths of it, so that it is rewritten ten times at
 * most while it grows too old: samples never go early, and up to a tenth of their block late.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Matcher } from '../../series/index.ts';
import { WINDOW_MS } from '../limits.ts';
import type { Block } from './block.ts';
import { replaceTombstones } from './block-admin.ts';
import type { Blocks } from './blocks.ts';
import { addInterval, coversRange, type Tombstones } from './tombstones.ts';

/** Which series, and for how long; of several rules that match a series the first counts. */
export interface RetentionRule {
  readonly matchers: readonly Matcher[];
  readonly keepMs: number;
}

const CUTS_PER_BLOCK = 10;
/** Entries of an index in a row; a few milliseconds. */
const SERIES_PER_TURN = 1024;

export class SeriesRetention {
  readonly #rules: readonly RetentionRule[];
  readonly #blocks: Blocks;
  /** By block: the cuts that it was last trimmed at. */
  readonly #trimmedAt = new WeakMap<Block, string>();

  constructor(rules: readonly RetentionRule[], blocks: Blocks) {
    this.#rules = rules;
    this.#blocks = blocks;
  }

  /**
   * Marks what is too old. Nothing else may change the blocks meanwhile. Costs next to nothing where
   * no cut has moved.
   */
  async trim(nowMs: number): Promise<void> {
    for (const block of this.#blocks.list) {
      const cuts = this.#rules.map(({ keepMs }) => cutIn(block, nowMs - keepMs));
      const key = cuts.join();
      if (this.#trimmedAt.get(block) === key) continue;
      if (cuts.some((cutMs) => cutMs > block.meta.minTimeMs)) await this.#trimBlock(block, cuts);
      this.#trimmedAt.set(block, key);
    }
  }

  async #trimBlock(block: Block, cuts: readonly number[]): Promise<void> {
    const tombstones: Tombstones = new Map(block.tombstones);
    const seen = new Set<number>();
    let isChanged = false;
    for (const [i, { matchers }] of this.#rules.entries()) {
      const ids = this.#blocks.guard(block, () => this.#blocks.match(block, matchers)) ?? [];
      for (const id of ids) {
        if (seen.has(id)) continue;
        seen.add(id);
        const isCut = this.#blocks.guard(block, () => cutSeries(block, id, cuts[i], tombstones));
        isChanged ||= isCut === true;
        if (seen.size % SERIES_PER_TURN === 0) await nextTurn();
      }
    }
    if (isChanged) await replaceTombstones(this.#blocks, block, tombstones);
  }
}

/** Up to where a block is cut; its start: not at all. */
function cutIn({ meta: { minTimeMs, maxTimeMs } }: Block, cutMs: number): number {
  if (cutMs >= maxTimeMs) return maxTimeMs;
  const stepMs = Math.max(WINDOW_MS, (maxTimeMs - minTimeMs) / CUTS_PER_BLOCK);
  return minTimeMs + Math.max(0, Math.floor((cutMs - minTimeMs) / stepMs)) * stepMs;
}

/** Marks the samples of a series before a time; false where there are none left to mark. */
function cutSeries(block: Block, id: number, cutMs: number, tombstones: Tombstones): boolean {
  const { minMs, maxMs } = block.index().series(id);
  const fromMs = minMs.at(0) ?? Infinity;
  const toMs = Math.min(cutMs - 1, maxMs.at(-1) ?? -Infinity);
  const gone = tombstones.get(id) ?? [];
  if (fromMs > toMs || coversRange(gone, fromMs, toMs)) return false;
  tombstones.set(id, addInterval(gone, { fromMs, toMs }));
  return true;
}
