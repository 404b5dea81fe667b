/** Parts that a server does without, and that whoever evaluates over samples in hand loads. */
import type { createMemoryStore } from './memory-store.ts';
import type { parseMetric, parseSeriesValues } from './series-notation.ts';

export interface ReplayParts {
  readonly createMemoryStore: typeof createMemoryStore;
  readonly parseMetric: typeof parseMetric;
  readonly parseSeriesValues: typeof parseSeriesValues;
}

/** Loads a store in memory, and the notation of series and their values. */
export async function loadReplayParts(): Promise<ReplayParts> {
  const [store, notation] = await Promise.all([
    import('./memory-store.ts'),
    import('./series-notation.ts'),
  ]);
  return { ...store, ...notation };
}
