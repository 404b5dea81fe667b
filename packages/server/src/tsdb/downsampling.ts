/**
 * The way to aggregates over intervals (aggregate/): nothing of them is loaded, and nothing looked at,
 * where none are wanted.
 */
import type { DownsampleLevel } from './aggregate/aggregate-plan.ts';
import type { AggregateStore } from './aggregate/aggregate-store.ts';
import type { CreateAggregateCheck } from './block/block-tools.ts';
import type { Blocks } from './block/blocks.ts';
import type { Settings } from './options.ts';

/** What a store makes aggregates with. */
export interface Downsampling {
  openStore(options: {
    readonly settings: Settings;
    /** Of samples. */
    readonly samples: Blocks;
    readonly dir: string;
  }): AggregateStore;
}

/** Loads what a store makes aggregates with; undefined where no levels are wanted. */
export async function loadDownsampling(
  levels: readonly DownsampleLevel[],
): Promise<Downsampling | undefined> {
  if (levels.length === 0) return undefined;
  const { AggregateStore: Store } = await import('./aggregate/aggregate-store.ts');
  return { openStore: (options) => new Store({ ...options, levels }) };
}

/** Loads what checks blocks of aggregates. */
export async function loadAggregateCheck(): Promise<CreateAggregateCheck> {
  const { createAggregateCheck } = await import('./aggregate/aggregate-check.ts');
  return createAggregateCheck;
}
