/** Aggregates of one series while they are made or read; the columns grow and are used again. */
import type { Aggregates } from '../../series/index.ts';
import { growDoubles } from '../grow.ts';

const COLUMNS = [
  'endsMs',
  'counts',
  'firstsMs',
  'firsts',
  'lastsMs',
  'lasts',
  'mins',
  'maxs',
  'sums',
  'losts',
  'stalesMs',
] as const;

export class AggregateColumns implements Aggregates {
  count = 0;
  endsMs = new Float64Array(64);
  counts = new Float64Array(64);
  firstsMs = new Float64Array(64);
  firsts = new Float64Array(64);
  lastsMs = new Float64Array(64);
  lasts = new Float64Array(64);
  mins = new Float64Array(64);
  maxs = new Float64Array(64);
  sums = new Float64Array(64);
  losts = new Float64Array(64);
  stalesMs = new Float64Array(64);

  clear(): void {
    this.count = 0;
  }

  /** Makes room for so many more entries. */
  reserve(count: number): void {
    const need = this.count + count;
    if (need <= this.endsMs.length) return;
    const capacity = Math.max(need, 2 * this.endsMs.length);
    for (const name of COLUMNS) this[name] = growDoubles(this[name], capacity);
  }

  /** Adds an interval without samples; answers its index. */
  begin(endMs: number): number {
    this.reserve(1);
    const at = this.count++;
    for (const name of COLUMNS) this[name][at] = 0;
    this.endsMs[at] = endMs;
    this.firsts[at] = Number.NaN;
    this.lasts[at] = Number.NaN;
    this.mins[at] = Number.NaN;
    this.maxs[at] = Number.NaN;
    return at;
  }

  /** Adds the entries of others from one index to before another. */
  addRange(from: Aggregates, first: number, end: number): void {
    this.reserve(end - first);
    for (const name of COLUMNS) this[name].set(from[name].subarray(first, end), this.count);
    this.count += end - first;
  }

  /** Keeps the entries that are wanted. */
  keep(isWanted: (index: number) => boolean): void {
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!isWanted(i)) continue;
      if (kept < i) for (const name of COLUMNS) this[name][kept] = this[name][i];
      kept++;
    }
    this.count = kept;
  }
}

/**
 * Adds the entries of several, in order. Of two of the same interval the one of more samples counts:
 * the other was made before late samples came.
 */
export function mergeAggregates(parts: readonly Aggregates[], into: AggregateColumns): void {
  const at = parts.map(() => 0);
  for (;;) {
    let endMs = Infinity;
    parts.forEach((part, p) => {
      if (at[p] < part.count) endMs = Math.min(endMs, part.endsMs[at[p]]);
    });
    if (endMs === Infinity) return;
    let best: Aggregates | undefined;
    let bestAt = 0;
    parts.forEach((part, p) => {
      if (at[p] >= part.count || part.endsMs[at[p]] !== endMs) return;
      if (best === undefined || part.counts[at[p]] > best.counts[bestAt]) {
        best = part;
        bestAt = at[p];
      }
      at[p]++;
    });
    if (best !== undefined) into.addRange(best, bestAt, bestAt + 1);
  }
}
