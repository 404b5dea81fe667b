/**
 * Makes blocks of samples that come from elsewhere, of any time and in any order: a backfill.
 *
 * Samples go the way of those that are scraped, into a head and from there into chunk files, one
 * for each window of two hours; only the log is missing, since the source can be read again. It
 * *is* read again where it has more windows than files can be open: each pass takes some windows
 * and passes the others over. So memory holds the labels of the series, an open chunk of each and
 * nothing else, whatever the length of the source.
 *
 * Everything lies in a folder that no reader looks at and that the next start of the store removes.
 * The blocks take their places when all of them are durable: a source with a fault in its last line
 * leaves nothing behind.
 */
import { join } from 'node:path';
import { type AppError, createSilentLog, invalid, type Random } from '../../platform/index.ts';
import type { Labels } from '../../series/index.ts';
import { BlockCache } from '../block-cache.ts';
import { ChunkFiles } from '../chunk-files.ts';
import { createDisk, type Disk } from '../disk.ts';
import { Head } from '../head.ts';
import { assertLabels } from '../label-checks.ts';
import {
  CHUNK_SAMPLES_MAX,
  FUTURE_MS_MAX,
  SERIES_MAX,
  SLABS_MAX,
  SPILL_BATCH_MAX,
} from '../limits.ts';
import { BLOCKS_PER_SAMPLE_MAX } from '../open-chunks.ts';
import { UNFINISHED_SUFFIX } from './block-writer.ts';
import { ChunkJoiner } from './chunk-joiner.ts';
import { BACKFILL_WINDOWS_MAX, BACKFILL_WINDOWS_PER_PASS, VERIFY_CACHE_BYTES } from './limits.ts';
import type { BlockMeta } from './meta.ts';
import { createUlid } from './ulid.ts';
import { writeWindowBlock } from './window-block.ts';
import { windowStart } from '../window-times.ts';

/** Takes the samples of a source. */
export interface BackfillSink {
  /** The number of a series, the same in every pass. Throws where it cannot be kept. */
  resolve(labels: Labels): number;
  /** Adds a float, given as words. Throws where its time makes no sense. */
  add(ref: number, timeMs: number, low: number, high: number): void;
}

export interface BackfillOptions {
  /** Gives all of its samples to the sink; called several times, and gives the same each time. */
  readonly source: (sink: BackfillSink) => Promise<void>;
  /** The blocks of a store that nobody has open. */
  readonly toDir: string;
  readonly nowMs: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly disk?: Disk;
  readonly windowsPerPass?: number;
}

/** What a backfill has brought. */
export interface Backfilled {
  readonly blocks: readonly BlockMeta[];
  readonly series: number;
  /** In the blocks. */
  readonly samples: number;
  /** Left out, because their series has another one of the same time. */
  readonly duplicates: number;
}

/** Makes the blocks: all of them, or none where something throws. */
export async function backfillBlocks(options: BackfillOptions): Promise<Backfilled> {
  const { toDir, nowMs, random } = options;
  const disk = options.disk ?? createDisk();
  const dir = join(toDir, createUlid(nowMs, random) + UNFINISHED_SUFFIX);
  disk.makeDir(dir);
  try {
    const backfill = new Backfill({ ...options, disk }, dir);
    const blocks = await backfill.run();
    await moveBlocks(disk, blocks, { dir, toDir });
    const samples = blocks.reduce((sum, { stats }) => sum + stats.numSamples, 0);
    const { seriesCount: series, sampleCount } = backfill;
    return { blocks, series, samples, duplicates: sampleCount - samples };
  } finally {
    try {
      disk.removeDir(dir);
    } catch {
      // The blocks are in place, or something worse is being told; the next start removes it.
    }
  }
}

/** Moves all blocks, or moves back those that were. */
async function moveBlocks(
  disk: Disk,
  blocks: readonly BlockMeta[],
  { dir, toDir }: { readonly dir: string; readonly toDir: string },
): Promise<void> {
  const moved: string[] = [];
  try {
    for (const { ulid } of blocks) {
      disk.rename(join(dir, ulid), join(toDir, ulid));
      moved.push(ulid);
    }
  } catch (error) {
    for (const ulid of moved) disk.rename(join(toDir, ulid), join(dir, ulid));
    throw error;
  }
  await disk.syncDir(toDir);
}

class Backfill implements BackfillSink {
  readonly #options: BackfillOptions & { readonly disk: Disk };
  readonly #dir: string;
  readonly #head = new Head({ seriesMax: SERIES_MAX, slabsMax: SLABS_MAX });
  readonly #joiner = new ChunkJoiner();
  readonly #windowsPerPass: number;
  readonly #endMs: number;
  #files: ChunkFiles;
  /** Windows that this pass takes, and those that were met and are for later ones. */
  #taken = new Set<number>();
  readonly #waiting = new Set<number>();
  /** The window of the newest sample, and whether it is taken: most follow one of their own. */
  #windowMs = Number.NaN;
  #isTaken = false;
  #isFirstPass = true;
  sampleCount = 0;

  constructor(options: BackfillOptions & { readonly disk: Disk }, dir: string) {
    this.#options = options;
    this.#dir = dir;
    this.#windowsPerPass = options.windowsPerPass ?? BACKFILL_WINDOWS_PER_PASS;
    this.#endMs = options.nowMs + FUTURE_MS_MAX;
    this.#files = this.#openFiles();
  }

  get seriesCount(): number {
    return this.#head.table.seriesCount;
  }

  #openFiles(): ChunkFiles {
    const dir = join(this.#dir, 'chunks');
    this.#options.disk.makeDir(dir);
    return new ChunkFiles({
      disk: this.#options.disk,
      dir,
      log: createSilentLog(),
      cache: new BlockCache(VERIFY_CACHE_BYTES),
      growingMax: this.#windowsPerPass,
    });
  }

  async run(): Promise<readonly BlockMeta[]> {
    const blocks: BlockMeta[] = [];
    try {
      for (;;) {
        await this.#options.source(this);
        blocks.push(...(await this.#writeBlocks()));
        if (this.#waiting.size === 0) return blocks;
        this.#beginPass();
      }
    } finally {
      this.#files.close();
    }
  }

  #beginPass(): void {
    const waiting = [...this.#waiting].sort((a, b) => a - b);
    this.#taken = new Set(waiting.slice(0, this.#windowsPerPass));
    for (const window of this.#taken) this.#waiting.delete(window);
    this.#isFirstPass = false;
    this.#windowMs = Number.NaN;
    const { open, histograms, table } = this.#head;
    for (let slot = 0; slot < table.slotCount; slot++) {
      histograms.forget(slot);
      open.reset(slot, CHUNK_SAMPLES_MAX);
    }
  }

  resolve(labels: Labels): number {
    const known = this.#head.table.find(labels);
    if (known >= 0) return known;
    assertLabels(labels);
    return this.#head.addSeries(labels);
  }

  add(slot: number, timeMs: number, low: number, high: number): void {
    if (!(timeMs >= 0 && timeMs <= this.#endMs)) throw this.#refuseTime(timeMs);
    if (this.#isFirstPass) this.sampleCount++;
    const windowMs = windowStart(timeMs);
    if (windowMs !== this.#windowMs) {
      this.#windowMs = windowMs;
      this.#isTaken = this.#takes(windowMs);
    }
    if (!this.#isTaken) return;
    const head = this.#head;
    head.pool.assertRoom(LATE_BLOCKS);
    if (timeMs > head.open.lastMs[slot]) head.add(slot, timeMs, low, high);
    else if (timeMs < head.open.lastMs[slot]) {
      head.addLate(slot, { timeMs, low, high, histogram: undefined, startTimeMs: 0 });
    }
    while (head.closed.count >= SPILL_BATCH_MAX) this.#files.spill(head, SPILL_BATCH_MAX);
  }

  #refuseTime(timeMs: number): AppError {
    const reason = timeMs > 0 ? 'lies ahead of the clock' : 'is before 1970';
    const advice = 'are the times in the unit of the format?';
    return invalid('TSDB_TIME_INVALID', `time ${timeMs / 1000} s ${reason}; ${advice}`);
  }

  /** Whether a window is part of this pass; the first takes the first windows that it meets. */
  #takes(windowMs: number): boolean {
    if (this.#taken.has(windowMs)) return true;
    if (!this.#isFirstPass) return false;
    if (this.#taken.size < this.#windowsPerPass) {
      this.#taken.add(windowMs);
      return true;
    }
    this.#waiting.add(windowMs);
    if (this.#waiting.size <= BACKFILL_WINDOWS_MAX) return false;
    const message = `the samples lie in more than ${BACKFILL_WINDOWS_MAX} windows of two hours`;
    throw invalid('TSDB_TIME_INVALID', `${message}; import them in parts`);
  }

  /** Makes blocks of what the pass has taken, in order of time; the files are empty afterwards. */
  async #writeBlocks(): Promise<readonly BlockMeta[]> {
    const { disk, nowMs, random, signal } = this.#options;
    this.#closeChunks();
    const blocks: BlockMeta[] = [];
    const windows = Map.groupBy(this.#files.files, ({ windowStartMs }) => windowStartMs);
    for (const files of windows.values()) {
      const work = writeWindowBlock({
        disk,
        parent: this.#dir,
        ulid: createUlid(nowMs, random),
        files,
        head: this.#head,
        deleted: new Map(),
        joiner: this.#joiner,
        chunkFiles: [],
      });
      let step = await work.next();
      for (; step.done !== true; step = await work.next()) signal.throwIfAborted();
      if (step.value.meta !== undefined) blocks.push(step.value.meta);
    }
    this.#files.deleteFiles([...this.#files.files]);
    return blocks;
  }

  #closeChunks(): void {
    const head = this.#head;
    for (let slot = 0; slot < head.table.slotCount; slot++) {
      if (head.open.count[slot] > 0) head.close(slot);
      if (head.late.hasOpen(slot)) head.closeLate(slot);
      while (head.closed.count >= SPILL_BATCH_MAX) this.#files.spill(head, SPILL_BATCH_MAX);
    }
    while (head.closed.count > 0) this.#files.spill(head, SPILL_BATCH_MAX);
    for (const file of this.#files.growing()) this.#files.seal(file, head.table);
  }
}

/** A late sample may write its chunk anew. */
const LATE_BLOCKS = CHUNK_SAMPLES_MAX * BLOCKS_PER_SAMPLE_MAX;
