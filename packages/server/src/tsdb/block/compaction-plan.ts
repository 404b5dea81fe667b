/**
 * Which blocks are made one next (Prometheus, tsdb/compact.go): first those that overlap, then
 * those of a range of time of three times the length, and again, up to the largest that is wanted;
 * last, blocks that have lost much to deletion.
 *
 * Larger blocks make queries over long times cheaper, and retention coarser.
 */
import { WINDOW_MS } from '../limits.ts';
import { COMPACTION_FACTOR, COMPACTION_RANGE_MAX_MS, TOMBSTONES_SHARE_MAX } from './limits.ts';
import type { BlockMeta } from './meta.ts';

/** What the plan looks at. */
export interface PlannedBlock {
  readonly meta: BlockMeta;
  /** Series with something deleted. */
  readonly tombstones: { readonly size: number };
}

/** Lengths of blocks, the shortest first: 2 h, 6 h, 18 h … up to a tenth of the retention. */
export function planRanges(retentionMs: number): readonly number[] {
  const longestMs = Math.min(COMPACTION_RANGE_MAX_MS, Math.max(WINDOW_MS, retentionMs / 10));
  const ranges: number[] = [];
  for (let rangeMs = WINDOW_MS; rangeMs <= longestMs; rangeMs *= COMPACTION_FACTOR) {
    ranges.push(rangeMs);
  }
  return ranges;
}

/** The blocks to be made one, in order of time; empty where there is nothing to do. */
export function planCompaction<B extends PlannedBlock>(
  blocks: readonly B[],
  ranges: readonly number[],
): readonly B[] {
  const sorted = [...blocks].sort((a, b) => a.meta.minTimeMs - b.meta.minTimeMs);
  const overlapping = findOverlapping(sorted);
  if (overlapping.length > 0) return overlapping;
  // The newest may still get company.
  const settled = sorted.slice(0, -1);
  for (const rangeMs of ranges.slice(1)) {
    const found = findFullRange(settled, rangeMs, sorted.at(-1));
    if (found.length > 0) return found;
  }
  const worn = settled.find(
    ({ meta, tombstones }) => tombstones.size > meta.stats.numSeries * TOMBSTONES_SHARE_MAX,
  );
  return worn === undefined ? [] : [worn];
}

/** The oldest block that ends at or before a time and is not dense yet. */
export function planDense<B extends PlannedBlock>(
  blocks: readonly B[],
  cutMs: number,
): B | undefined {
  const waiting = blocks.filter(({ meta }) => !meta.isDense && meta.maxTimeMs <= cutMs);
  return waiting.sort((a, b) => a.meta.minTimeMs - b.meta.minTimeMs).at(0);
}

/** The first run of blocks of which each shares time with one before. */
function findOverlapping<B extends PlannedBlock>(sorted: readonly B[]): readonly B[] {
  let run: B[] = [];
  let endMs = -Infinity;
  for (const block of sorted) {
    const { minTimeMs, maxTimeMs } = block.meta;
    if (minTimeMs >= endMs) {
      if (run.length > 1) return run;
      run = [];
    }
    run.push(block);
    endMs = Math.max(endMs, maxTimeMs);
  }
  return run.length > 1 ? run : [];
}

/** Blocks within one aligned range that is full, or that no newer block can fill any more. */
function findFullRange<B extends PlannedBlock>(
  sorted: readonly B[],
  rangeMs: number,
  newest: B | undefined,
): readonly B[] {
  const groups = Map.groupBy(sorted, ({ meta }) => Math.floor(meta.minTimeMs / rangeMs));
  for (const [range, group] of groups) {
    const endMs = (range + 1) * rangeMs;
    const inside = group.filter(({ meta }) => meta.maxTimeMs <= endMs);
    // A block that reaches beyond would be torn apart.
    if (inside.length < 2 || inside.length < group.length) continue;
    const spanMs = Math.max(...inside.map(({ meta }) => meta.maxTimeMs)) - inside[0].meta.minTimeMs;
    const isPast = newest !== undefined && newest.meta.minTimeMs >= endMs;
    if (spanMs === rangeMs || isPast) return inside;
  }
  return [];
}

/** Blocks that must go, the oldest first: too old, or more than there is room for. */
export function planRetention<B extends { readonly meta: BlockMeta; readonly sizeBytes: number }>(
  blocks: readonly B[],
  keep: {
    /** Blocks that end at or before this time go. */
    readonly cutMs: number;
    /** For blocks alone. */
    readonly bytesMax: number;
  },
): readonly B[] {
  const newestFirst = [...blocks].sort((a, b) => b.meta.maxTimeMs - a.meta.maxTimeMs);
  const gone: B[] = [];
  let bytes = 0;
  for (const block of newestFirst) {
    bytes += block.sizeBytes;
    if (block.meta.maxTimeMs <= keep.cutMs || bytes > keep.bytesMax) gone.push(block);
  }
  return gone.reverse();
}
