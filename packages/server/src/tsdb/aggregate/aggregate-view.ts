/** What the store's thread tells others of its aggregates. */
import { join } from 'node:path';
import { formatDuration } from '../../platform/index.ts';
import type { AggregateTier } from '../../series/index.ts';
import type { BlocksView } from '../block/blocks.ts';

/** What another thread needs to read the same aggregates. */
export interface AggregatesView {
  readonly dir: string;
  readonly levels: readonly { readonly everyMs: number; readonly view: BlocksView }[];
  readonly tiers: readonly AggregateTier[];
}

/** The folder of the blocks of one length of intervals. */
export function levelDir(dir: string, everyMs: number): string {
  return join(dir, formatDuration(everyMs));
}
