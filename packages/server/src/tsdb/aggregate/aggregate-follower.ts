/** Reads aggregates in a thread that makes none (reader-thread.ts). */
import type { Log } from '../../platform/index.ts';
import type { AggregateTier } from '../../series/index.ts';
import { Blocks } from '../block/blocks.ts';
import type { MergedReader } from '../block/merged-reader.ts';
import type { Disk } from '../disk.ts';
import { type AggregateLevel, AggregateReader } from './aggregate-reader.ts';
import { type AggregatesView, levelDir } from './aggregate-view.ts';

export class AggregateFollower {
  readonly reader: AggregateReader;
  readonly #levels: readonly AggregateLevel[];
  #tiers: readonly AggregateTier[] = [];

  /** The levels of a store stay the same for as long as it is open. */
  constructor(options: {
    readonly base: MergedReader;
    readonly disk: Disk;
    readonly log: Log;
    readonly view: AggregatesView;
  }) {
    const { base, disk, log, view } = options;
    this.#levels = view.levels.map(({ everyMs }) => {
      return { everyMs, blocks: new Blocks({ disk, dir: levelDir(view.dir, everyMs), log }) };
    });
    this.reader = new AggregateReader(base, this.#levels, () => this.#tiers);
  }

  /** Has the blocks of the store's thread from now on. */
  follow({ levels, tiers }: AggregatesView): void {
    this.#tiers = tiers;
    for (const { everyMs, view } of levels) {
      this.#levels.find((level) => level.everyMs === everyMs)?.blocks.follow(view);
    }
  }

  /** Reads that failed so far, and chunks that were damaged. */
  get faultCount(): number {
    return this.#levels.reduce(
      (sum, { blocks }) => sum + blocks.readFailures + blocks.corruptChunks,
      0,
    );
  }

  close(): void {
    for (const { blocks } of this.#levels) blocks.close();
  }
}
