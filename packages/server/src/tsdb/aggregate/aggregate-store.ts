/**
 * Aggregates over intervals, kept for longer than samples: making them of closed blocks, joining them,
 * deleting them.
 *
 * They lie in blocks of their own beside those of samples, a folder for each length of intervals.
 * Samples stay until their aggregates are durable; a block of aggregates is there whole or not at
 * all, and says what it was made of, so that after a kill nothing is missed and nothing counts twice.
 */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatDuration } from '../../platform/index.ts';
import type { AggregateTier } from '../../series/index.ts';
import type { Block } from '../block/block.ts';
import { type Deletion, deleteFromBlocks } from '../block/block-admin.ts';
import { Blocks, type Replaced } from '../block/blocks.ts';
import { compactBlocks } from '../block/compaction.ts';
import { planCompaction, planRetention } from '../block/compaction-plan.ts';
import { EMPTY_HEAD, MergedReader } from '../block/merged-reader.ts';
import { SeriesRetention } from '../block/series-retention.ts';
import { createUlid } from '../block/ulid.ts';
import type { Settings } from '../options.ts';
import {
  type AggregatedSeries,
  type Period,
  rangeOf,
  writeAggregateBlock,
} from './aggregate-block.ts';
import { AggregateColumns } from './aggregate-columns.ts';
import {
  blocksIn,
  type DownsampleLevel,
  findDue,
  isAwaited,
  keyOf,
  type LevelState,
  planTiers,
} from './aggregate-plan.ts';
import { type AggregateLevel, AggregateReader } from './aggregate-reader.ts';
import { aggregateSamples } from './aggregate-samples.ts';
import { type AggregatesView, levelDir } from './aggregate-view.ts';
import { AGGREGATE_RANGES_MS } from './limits.ts';

interface Level extends AggregateLevel {
  readonly rule: DownsampleLevel;
  /** Periods without anything to aggregate, by what they were made of. */
  readonly empty: Set<string>;
  readonly seriesRetention: SeriesRetention;
}

/** Figures of one level. */
export interface LevelStats {
  readonly everyMs: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly intervals: number;
}

/** Work in the background, a slice at each step. */
export interface AggregateJob {
  readonly what: string;
  readonly work: AsyncGenerator<void>;
}

export class AggregateStore {
  readonly #settings: Settings;
  /** Of samples. */
  readonly #samples: Blocks;
  readonly #dir: string;
  /** The shortest intervals first. */
  readonly #levels: readonly Level[];
  readonly #spoiled = new Set<Block>();
  /** Where nothing was due: as long as these blocks are the same, and in this minute. */
  #restingAt = '';
  failures = 0;

  /** Finds the blocks of all levels; folders of others are left alone, and told of. */
  constructor(options: {
    readonly settings: Settings;
    readonly samples: Blocks;
    /** The folder of all aggregates; made where it does not exist. */
    readonly dir: string;
    readonly levels: readonly DownsampleLevel[];
  }) {
    const { settings, samples, dir } = options;
    const { disk, log, seriesRetention } = settings;
    if (disk.makeDir(dir)) disk.syncDirNow(settings.dir);
    this.#settings = settings;
    this.#samples = samples;
    this.#dir = dir;
    const rules = [...options.levels].sort((a, b) => a.everyMs - b.everyMs);
    this.#levels = rules.map((rule) => {
      const { everyMs } = rule;
      const path = levelDir(dir, everyMs);
      if (disk.makeDir(path)) disk.syncDirNow(dir);
      const blocks = new Blocks({ disk, dir: path, log, versions: samples.versions });
      blocks.load();
      const retention = new SeriesRetention(seriesRetention, blocks);
      return { rule, everyMs, blocks, empty: new Set<string>(), seriesRetention: retention };
    });
    const known = new Set(rules.map(({ everyMs }) => formatDuration(everyMs)));
    for (const name of disk.listDirs(dir).filter((one) => !known.has(one))) {
      const message = 'aggregates that storage.downsample does not name are not read, nor deleted';
      log.warn(message, { path: join(dir, name) });
    }
  }

  // Reading.

  /** The store with its aggregates. */
  readerOver(base: MergedReader): AggregateReader {
    return new AggregateReader(base, this.#levels, () => this.tiers());
  }

  /** Which times are read from aggregates, the oldest first. */
  tiers(): readonly AggregateTier[] {
    const nowMs = this.#settings.clock.now();
    const levels = this.#levels.map(({ everyMs, blocks }) => ({ everyMs, blocks: blocks.list }));
    return planTiers(this.#samples.list, levels, {
      cutMs: nowMs - this.#settings.retentionMs,
      isAwaited: (block) => this.isAwaited(block, nowMs),
    });
  }

  /** For a reader in another thread. */
  view(): AggregatesView {
    const levels = this.#levels.map(({ everyMs, blocks }) => ({ everyMs, view: blocks.view() }));
    return { dir: this.#dir, levels, tiers: this.tiers() };
  }

  stats(): readonly LevelStats[] {
    return this.#levels.map(({ everyMs, blocks }) => {
      const { blocks: count, blockBytes, blockSamples } = blocks.stats();
      return { everyMs, blocks: count, blockBytes, intervals: blockSamples };
    });
  }

  get sizeBytes(): number {
    return this.#levels.reduce((sum, { blocks }) => sum + blocks.sizeBytes, 0);
  }

  /** All blocks, for a copy: by the folder that they lie in. */
  get blocks(): readonly Block[] {
    return this.#levels.flatMap(({ blocks }) => blocks.list);
  }

  // Making.

  /** Whether a block of samples may not go yet. */
  isAwaited(block: Block, nowMs: number): boolean {
    return isAwaited(block, this.#samples.list, this.#levels.map(stateOf), nowMs);
  }

  /** What there is to do; nothing else may change blocks meanwhile. */
  nextJob(nowMs: number, oldestOutsideMs: () => number): AggregateJob | undefined {
    const resting = `${this.#samples.version} ${Math.floor(nowMs / LOOK_AGAIN_MS)}`;
    if (this.#restingAt === resting) return undefined;
    const job = this.#findJob(nowMs, oldestOutsideMs);
    if (job === undefined) this.#restingAt = resting;
    return job;
  }

  #findJob(nowMs: number, oldestOutsideMs: () => number): AggregateJob | undefined {
    const samples = this.#samples.list;
    const isAnyOld = this.#levels.some(
      (level) => findDue(samples, stateOf(level), { nowMs, beforeMs: Infinity }) !== undefined,
    );
    const beforeMs = isAnyOld ? oldestOutsideMs() : -Infinity;
    for (const level of this.#levels) {
      const period = findDue(samples, stateOf(level), { nowMs, beforeMs });
      if (period === undefined) continue;
      return { what: 'aggregate samples', work: this.#write(level, period, nowMs) };
    }
    for (const level of this.#levels) {
      const healthy = level.blocks.list.filter((block) => !this.#spoiled.has(block));
      const sources = planCompaction(healthy, AGGREGATE_RANGES_MS);
      if (sources.length === 0) continue;
      return { what: 'join aggregates', work: this.#compact(level, sources, nowMs) };
    }
    return undefined;
  }

  async *#write(level: Level, period: Period, nowMs: number): AsyncGenerator<void> {
    const { disk, random } = this.#settings;
    const { everyMs, blocks, empty } = level;
    const sources = blocksIn(this.#samples.list, period);
    const key = keyOf(period, this.#samples.list);
    const meta = yield* writeAggregateBlock({
      disk,
      parent: blocks.dir,
      ulid: createUlid(nowMs, random),
      blocks: sources,
      series: this.#aggregate(period, everyMs),
      period,
      everyMs,
    });
    if (meta === undefined) empty.add(key);
    else blocks.replace(meta.ulid, [], nowMs);
    this.#restingAt = '';
  }

  *#aggregate(period: Period, everyMs: number): IterableIterator<AggregatedSeries> {
    const reader = new MergedReader(EMPTY_HEAD, this.#samples);
    const columns = new AggregateColumns();
    for (const { labels, samples } of reader.select(rangeOf(period))) {
      columns.clear();
      aggregateSamples(samples, everyMs, columns);
      yield { labels, columns };
    }
  }

  async *#compact(
    { blocks }: Level,
    sources: readonly Block[],
    nowMs: number,
  ): AsyncGenerator<void> {
    const { disk, random } = this.#settings;
    const ulid = createUlid(nowMs, random);
    const options = { disk, parent: blocks.dir, ulid, sources, isDense: true };
    const meta = yield* compactBlocks(options);
    blocks.replace(meta?.ulid, sources, nowMs);
  }

  /** Takes note of a block that cannot be read whole; it stays as it is. */
  noteDamage(block: Block): void {
    this.#spoiled.add(block);
  }

  // Deleting.

  /** Takes out what is too old, or more than there is room for, and deletes what was taken out. */
  async retain(nowMs: number, isForgotten: (retired: Replaced) => boolean): Promise<void> {
    for (const { rule, blocks, seriesRetention } of this.#levels) {
      blocks.removeRetired(isForgotten);
      const keep = {
        cutMs: nowMs - rule.keepMs,
        bytesMax: this.#settings.retentionBytes - this.sizeBytes + blocks.sizeBytes,
      };
      const gone = planRetention(blocks.list, keep);
      if (gone.length > 0) blocks.replace(undefined, gone, nowMs);
      await seriesRetention.trim(nowMs);
    }
  }

  /** Deletes intervals with samples of a deletion, whole; answers of how many series. */
  async delete({ selectors, fromMs, toMs }: Deletion): Promise<number> {
    let count = 0;
    // An interval (s, e] stands as s to e - 1 in the index of a block.
    const deletion = { selectors, fromMs: fromMs - 1, toMs: toMs - 1 };
    for (const { blocks } of this.#levels) {
      count = Math.max(count, await deleteFromBlocks(blocks, deletion));
    }
    return count;
  }

  /** Rewrites the blocks that have lost intervals to deletion; answers how many. */
  async clean(nowMs: number): Promise<number> {
    let count = 0;
    for (const level of this.#levels) {
      for (const block of level.blocks.list.filter(({ tombstones }) => tombstones.size > 0)) {
        const work = this.#compact(level, [block], nowMs);
        while ((await work.next()).done !== true) await nextTurn();
        count++;
      }
    }
    return count;
  }

  close(): void {
    for (const { blocks } of this.#levels) blocks.close();
  }
}

/** How often it is looked whether something has grown old enough. */
const LOOK_AGAIN_MS = 60_000;

function stateOf({ rule, blocks, empty }: Level): LevelState<Block> {
  return { level: rule, blocks: blocks.list, empty };
}
