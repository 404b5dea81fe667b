/**
 * What is aggregated next, what may be deleted, and which times are read from where: pure, over what
 * blocks say of themselves.
 *
 * Aggregates are made of whole periods, days of UTC. A period is done when a block of aggregates that
 * covers it was made of all that the blocks of samples in it were made of; samples that come later,
 * by an import, make it due again.
 */
import type { AggregateTier } from '../../series/index.ts';
import type { BlockMeta } from '../block/meta.ts';
import type { Period } from './aggregate-block.ts';
import { endOf } from './aggregate-samples.ts';
import { PERIOD_MS } from './limits.ts';

/** Of which intervals aggregates are made, from which age on, and until which they are kept. */
export interface DownsampleLevel {
  readonly everyMs: number;
  readonly afterMs: number;
  readonly keepMs: number;
}

export interface PlannedBlock {
  readonly meta: Pick<BlockMeta, 'minTimeMs' | 'maxTimeMs' | 'sources'>;
}

/** The periods that samples of a block lie in. */
export function periodsOf({ meta }: PlannedBlock): readonly Period[] {
  const periods: Period[] = [];
  const lastMs = endOf(Math.max(meta.minTimeMs, meta.maxTimeMs - 1), PERIOD_MS);
  for (let toMs = endOf(meta.minTimeMs, PERIOD_MS); toMs <= lastMs; toMs += PERIOD_MS) {
    periods.push({ fromMs: toMs - PERIOD_MS, toMs });
  }
  return periods;
}

/** The blocks with samples of a period. */
export function blocksIn<B extends PlannedBlock>(
  blocks: readonly B[],
  { fromMs, toMs }: Period,
): readonly B[] {
  return blocks.filter(({ meta }) => meta.minTimeMs <= toMs && meta.maxTimeMs > fromMs + 1);
}

/** Names what a period was made of. */
export function keyOf(period: Period, blocks: readonly PlannedBlock[]): string {
  const sources = new Set(blocksIn(blocks, period).flatMap(({ meta }) => meta.sources));
  return `${period.toMs} ${[...sources].sort().join()}`;
}

/** Whether the aggregates of a period have all samples that there are of it. */
export function isDone(
  period: Period,
  samples: readonly PlannedBlock[],
  aggregates: readonly PlannedBlock[],
): boolean {
  const covering = aggregates.filter(
    ({ meta }) => meta.minTimeMs <= period.fromMs && meta.maxTimeMs >= period.toMs,
  );
  const known = new Set(covering.flatMap(({ meta }) => meta.sources));
  return blocksIn(samples, period).every(({ meta }) => meta.sources.every((one) => known.has(one)));
}

/** What is known of one level. */
export interface LevelState<B extends PlannedBlock = PlannedBlock> {
  readonly level: DownsampleLevel;
  readonly blocks: readonly B[];
  /** Periods, by what they were made of, in which there is nothing to aggregate. */
  readonly empty: ReadonlySet<string>;
}

function isWanting(
  period: Period,
  samples: readonly PlannedBlock[],
  { level, blocks, empty }: LevelState,
  nowMs: number,
): boolean {
  if (period.toMs <= nowMs - level.keepMs || isDone(period, samples, blocks)) return false;
  return !empty.has(keyOf(period, samples));
}

/** The oldest period of a level that is to be made; of those that end before a time. */
export function findDue(
  samples: readonly PlannedBlock[],
  state: LevelState,
  { nowMs, beforeMs }: { readonly nowMs: number; readonly beforeMs: number },
): Period | undefined {
  const cutMs = nowMs - state.level.afterMs;
  for (const block of samples) {
    for (const period of periodsOf(block)) {
      if (period.toMs > cutMs || period.toMs >= beforeMs) break;
      if (isWanting(period, samples, state, nowMs)) return period;
    }
  }
  return undefined;
}

/** Whether a block of samples must stay for aggregates that are not made yet. */
export function isAwaited(
  block: PlannedBlock,
  samples: readonly PlannedBlock[],
  states: readonly LevelState[],
  nowMs: number,
): boolean {
  return states.some((state) =>
    periodsOf(block).some((period) => isWanting(period, samples, state, nowMs)),
  );
}

/**
 * Which times are read from aggregates: those before the oldest samples that are kept. Blocks of
 * samples that are past the retention count as long as they are awaited and lie next to the others;
 * an old one that was imported would else hide all aggregates after it.
 */
export function planTiers<B extends PlannedBlock>(
  samples: readonly B[],
  levels: readonly { readonly everyMs: number; readonly blocks: readonly PlannedBlock[] }[],
  past: { readonly cutMs: number; readonly isAwaited: (block: B) => boolean },
): readonly AggregateTier[] {
  let sinceMs = Infinity;
  for (const block of samples.toReversed()) {
    const { minTimeMs, maxTimeMs } = block.meta;
    const isKept = maxTimeMs > past.cutMs;
    if (isKept || (maxTimeMs >= sinceMs && past.isAwaited(block))) {
      sinceMs = Math.min(sinceMs, minTimeMs);
    }
  }
  const tiers: AggregateTier[] = [];
  for (const { everyMs, blocks } of levels) {
    if (blocks.length === 0) continue;
    const firstMs = Math.min(...blocks.map(({ meta }) => meta.minTimeMs));
    const lastMs = Math.max(...blocks.map(({ meta }) => meta.maxTimeMs));
    const untilMs = Math.min(lastMs, endOf(sinceMs, everyMs));
    if (untilMs > firstMs) tiers.unshift({ everyMs, untilMs });
    sinceMs = Math.min(sinceMs, firstMs);
  }
  return tiers;
}
