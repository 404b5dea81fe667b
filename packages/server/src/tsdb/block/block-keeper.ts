/**
 * Background work on blocks: windows of the head that are over become blocks, blocks become longer
 * ones, the oldest go.
 *
 * One job at a time, a slice of it at each `run`, so that nothing waits for it. Nothing is deleted
 * before what takes its place is durable: chunk files go once their block is, blocks once the one
 * that was made of them is. A kill in between leaves both, and the next start deletes what is
 * there twice: a block says which chunk files and which blocks it was made of.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage } from '../../platform/index.ts';
import type { AggregateStore } from '../aggregate/aggregate-store.ts';
import type { ChunkFile } from '../chunk-file.ts';
import type { ChunkFiles } from '../chunk-files.ts';
import type { Head } from '../head.ts';
import { WINDOW_GRACE_MS, WINDOW_MS } from '../limits.ts';
import type { Settings } from '../options.ts';
import type { Block } from './block.ts';
import type { Blocks, Replaced } from './blocks.ts';
import { ChunkJoiner } from './chunk-joiner.ts';
import { compactBlocks, SourceDamage } from './compaction.ts';
import { planCompaction, planDense, planRanges, planRetention } from './compaction-plan.ts';
import type { HeadTombstones } from './head-tombstones.ts';
import {
  HELD_WHILE_FAILING_MS,
  JOB_MS_PER_RUN,
  JOB_RETRY_MS,
  RETIRED_KEPT_MAX_MS,
  RETIRED_KEPT_MS,
} from './limits.ts';
import type { BlockMeta } from './meta.ts';
import { SeriesRetention } from './series-retention.ts';
import { createUlid } from './ulid.ts';
import { writeWindowBlock } from './window-block.ts';

interface Stored extends Replaced {
  readonly files: readonly ChunkFile[];
}

interface Job {
  readonly what: string;
  readonly work: AsyncGenerator<void>;
}

export class BlockKeeper {
  readonly #settings: Settings;
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #blocks: Blocks;
  readonly #tombstones: HeadTombstones;
  readonly #aggregates: AggregateStore | undefined;
  readonly #ranges: readonly number[];
  readonly #joiner = new ChunkJoiner();
  readonly #seriesRetention: SeriesRetention;
  #job: Job | undefined;
  #retryAtMs = -Infinity;
  /** Since when no job has come to its end; undefined: the last one did. */
  #failingSinceMs: number | undefined;
  /** Checkpoints since the start; and by chunk file, how many there were when it was seen sealed. */
  #checkpoints = 0;
  readonly #sealedAt = new Map<number, number>();
  /** Chunk files that are in a block by now; queries in other threads may still read them. */
  #stored: Stored[] = [];
  /** Whether a query in another thread runs that began before the blocks had a version. */
  isRunningBefore: (version: number) => boolean = () => false;
  /** Blocks that cannot be read whole; they stay as they are. */
  readonly #spoiled = new Set<Block>();
  blocksWritten = 0;
  chunkFilesDeleted = 0;
  blocksDeleted = 0;
  compactions = 0;
  failures = 0;

  constructor(options: {
    readonly settings: Settings;
    readonly head: Head;
    readonly files: ChunkFiles;
    readonly blocks: Blocks;
    readonly tombstones: HeadTombstones;
    readonly aggregates?: AggregateStore | undefined;
  }) {
    this.#settings = options.settings;
    this.#head = options.head;
    this.#files = options.files;
    this.#blocks = options.blocks;
    this.#tombstones = options.tombstones;
    this.#aggregates = options.aggregates;
    this.#seriesRetention = new SeriesRetention(options.settings.seriesRetention, this.#blocks);
    this.#ranges = planRanges(options.settings.retentionMs);
    this.#dropStoredFiles();
  }

  /** Deletes the chunk files that are in blocks, where a kill came before that. */
  #dropStoredFiles(): void {
    const stored: ChunkFile[] = [];
    for (const { meta } of this.#blocks.list) {
      for (const seq of meta.chunkFiles) {
        // A number that was deleted may not be given to another file while the block names it.
        this.#files.nextSeq = Math.max(this.#files.nextSeq, seq + 1);
        const file = this.#files.files.find((candidate) => candidate.seq === seq);
        const isInside = file !== undefined && file.windowStartMs >= windowOf(meta.minTimeMs);
        if (isInside && file.windowStartMs < meta.maxTimeMs) stored.push(file);
      }
    }
    if (stored.length === 0) return;
    this.#settings.disk.syncDirNow(this.#blocks.dir);
    this.#files.deleteFiles(stored);
  }

  /** A checkpoint that began after the last call of `run` is in force. */
  noteCheckpoint(): void {
    this.#checkpoints++;
  }

  /** Whether a window waits for a checkpoint before it may become a block. */
  needsCheckpoint(nowMs: number): boolean {
    return this.#windowsOver(nowMs).some((files) => !this.#isCheckpointed(files));
  }

  /** Whether a window is no block yet although another one has passed since it could have been. */
  isBehind(nowMs: number): boolean {
    return this.#windowsOver(nowMs - WINDOW_MS).length > 0;
  }

  /** Does some of what there is to do. */
  async run(nowMs: number): Promise<void> {
    this.#blocks.removeRetired((retired) => this.#isForgotten(retired, nowMs));
    await this.#deleteStored(nowMs);
    if (this.#job === undefined) {
      this.#retain(nowMs);
      await this.#seriesRetention.trim(nowMs);
      await this.#aggregates?.retain(nowMs, (retired) => this.#isForgotten(retired, nowMs));
    }
    const { clock } = this.#settings;
    const endMs = clock.monotonicMs() + JOB_MS_PER_RUN;
    while (clock.monotonicMs() < endMs && nowMs >= this.#retryAtMs) {
      this.#job ??= this.#nextJob(nowMs);
      if (this.#job === undefined) return;
      await this.#advance(this.#job, nowMs);
      await nextTurn();
    }
  }

  async #advance(job: Job, nowMs: number): Promise<void> {
    const { clock, limits, log } = this.#settings;
    const endMs = clock.monotonicMs() + limits.maintainSliceMs;
    try {
      do {
        const step = await job.work.next();
        if (step.done !== true) continue;
        this.#job = undefined;
        this.#failingSinceMs = undefined;
      } while (this.#job === job && clock.monotonicMs() < endMs);
    } catch (error) {
      this.#job = undefined;
      this.failures++;
      this.#failingSinceMs ??= nowMs;
      this.#retryAtMs = nowMs + JOB_RETRY_MS;
      if (error instanceof SourceDamage) {
        this.#spoiled.add(error.block);
        this.#aggregates?.noteDamage(error.block);
      }
      log.error(`cannot ${job.what}; it is tried again later`, { error: errorMessage(error) });
    }
  }

  /** Gives up what is being done; it begins anew at one of the next runs. */
  async stop(): Promise<void> {
    const job = this.#job;
    this.#job = undefined;
    await job?.work.return(undefined);
  }

  #nextJob(nowMs: number): Job | undefined {
    const files = this.#windowsOver(nowMs).find((group) => this.#isCheckpointed(group));
    if (files !== undefined) {
      return { what: 'write a block', work: this.#writeWindow(files, nowMs) };
    }
    const healthy = this.#blocks.list.filter((block) => !this.#spoiled.has(block));
    const sources = planCompaction(healthy, this.#ranges);
    if (sources.length > 0) {
      return { what: 'compact blocks', work: this.#compact(sources, nowMs) };
    }
    const old = planDense(healthy, nowMs - this.#settings.denseAfterMs);
    if (old === undefined) return this.#aggregates?.nextJob(nowMs, () => this.oldestMs());
    return { what: 'encode an old block anew', work: this.#compact([old], nowMs) };
  }

  /** Chunk files by window, of windows that are over and take no more chunks; the oldest first. */
  #windowsOver(nowMs: number): readonly (readonly ChunkFile[])[] {
    const waitMs = 2 * WINDOW_GRACE_MS + this.#settings.lateWindowMs;
    const stored = new Set(this.#stored.flatMap(({ files }) => files));
    const waiting = this.#files.files.filter((file) => !stored.has(file));
    const groups = Map.groupBy(waiting, ({ windowStartMs }) => windowStartMs);
    return [...groups.values()].filter((files) =>
      files.every((file) => file.trailer !== undefined && file.windowEndMs + waitMs <= nowMs),
    );
  }

  /**
   * Whether a checkpoint in force began after the files had their last chunk: then no restart takes
   * these samples out of the log once more.
   */
  #isCheckpointed(files: readonly ChunkFile[]): boolean {
    return files.every(({ seq }) => {
      const sealedAt = this.#sealedAt.get(seq) ?? this.#checkpoints;
      this.#sealedAt.set(seq, sealedAt);
      return this.#checkpoints > sealedAt;
    });
  }

  async *#writeWindow(files: readonly ChunkFile[], nowMs: number): AsyncGenerator<void> {
    const { disk, random, log } = this.#settings;
    const { meta, corruptChunks, orphanSeries } = yield* writeWindowBlock({
      disk,
      parent: this.#blocks.dir,
      ulid: createUlid(nowMs, random),
      files,
      head: this.#head,
      deleted: this.#tombstones.deleted,
      joiner: this.#joiner,
      chunkFiles: files.map(({ seq }) => seq),
    });
    this.#finishWindow(files, meta, nowMs);
    if (corruptChunks + orphanSeries === 0) return;
    const message = 'a window became a block without what was damaged in it';
    log.error(message, { corruptChunks, orphanSeries });
  }

  /**
   * From now on the samples are read from the block. For a while from the files too, and passed over
   * when they come twice: a query that began before knows nothing of the block.
   */
  #finishWindow(files: readonly ChunkFile[], meta: BlockMeta | undefined, nowMs: number): void {
    if (meta !== undefined) {
      this.#blocks.replace(meta.ulid, [], nowMs);
      this.blocksWritten++;
    }
    this.#stored.push({ files, atMs: nowMs, version: this.#blocks.version });
  }

  /** Whether no query can know what was replaced any more. */
  #isForgotten({ atMs, version }: Replaced, nowMs: number): boolean {
    if (nowMs - atMs < RETIRED_KEPT_MS) return false;
    return nowMs - atMs >= RETIRED_KEPT_MAX_MS || !this.isRunningBefore(version);
  }

  /** Whether samples past the retention stay until there are aggregates of them. */
  holdsSamples(nowMs: number): boolean {
    if (this.#aggregates === undefined) return false;
    return nowMs - (this.#failingSinceMs ?? nowMs) < HELD_WHILE_FAILING_MS;
  }

  async #deleteStored(nowMs: number): Promise<void> {
    const due = this.#stored.filter((stored) => this.#isForgotten(stored, nowMs));
    if (due.length === 0) return;
    this.#stored = this.#stored.filter((stored) => !due.includes(stored));
    for (const { files } of due) {
      this.#files.deleteFiles(files);
      for (const { seq } of files) this.#sealedAt.delete(seq);
      this.chunkFilesDeleted += files.length;
    }
    await this.#tombstones.forgetBefore(this.oldestMs());
  }

  /** No sample outside of blocks is older. */
  oldestMs(): number {
    const { open, closed, late, table } = this.#head;
    let oldestMs = this.#files.files.at(0)?.windowStartMs ?? Infinity;
    for (let slot = 0; slot < table.slotCount; slot++) {
      if (table.idOf[slot] === 0) continue;
      const entry = closed.firstOf[slot];
      if (entry !== 0) oldestMs = Math.min(oldestMs, closed.startMs[entry]);
      if (open.count[slot] > 0) oldestMs = Math.min(oldestMs, open.startMs[slot]);
      if (late.hasOpen(slot)) oldestMs = Math.min(oldestMs, late.open.startMs[slot]);
    }
    return oldestMs;
  }

  async *#compact(sources: readonly Block[], nowMs: number): AsyncGenerator<void> {
    const { disk, random } = this.#settings;
    const ulid = createUlid(nowMs, random);
    const parent = this.#blocks.dir;
    const cutMs = nowMs - this.#settings.denseAfterMs;
    // What is dense stays so, whatever the setting is by now.
    const isDense =
      sources.some(({ meta }) => meta.isDense) ||
      sources.every(({ meta }) => meta.maxTimeMs <= cutMs);
    const meta = yield* compactBlocks({ disk, parent, ulid, sources, isDense });
    this.#blocks.replace(meta?.ulid, sources, nowMs);
    this.compactions++;
  }

  /** Rewrites the blocks that have lost samples to deletion, to the end. */
  async clean(nowMs: number): Promise<number> {
    const worn = this.#blocks.list.filter(({ tombstones }) => tombstones.size > 0);
    for (const block of worn) {
      const work = this.#compact([block], nowMs);
      for (let count = 1; (await work.next()).done !== true; count++) {
        if (count % CHUNKS_PER_TURN === 0) await nextTurn();
      }
    }
    return worn.length + ((await this.#aggregates?.clean(nowMs)) ?? 0);
  }

  #retain(nowMs: number): void {
    const { retentionMs, retentionBytes } = this.#settings;
    const aggregates = this.#aggregates;
    const bytesMax = retentionBytes - this.#files.sizeBytes - (aggregates?.sizeBytes ?? 0);
    const cutMs = nowMs - retentionMs;
    const isHolding = this.holdsSamples(nowMs);
    const isFree = (block: Block): boolean =>
      !isHolding || aggregates?.isAwaited(block, nowMs) !== true;
    const tooOld = planRetention(this.#blocks.list, { cutMs, bytesMax: Infinity }).filter(isFree);
    const tooMuch = planRetention(this.#blocks.list, { cutMs: -Infinity, bytesMax });
    const gone = [...new Set([...tooOld, ...tooMuch])];
    if (gone.length === 0) return;
    this.#blocks.replace(undefined, gone, nowMs);
    this.blocksDeleted += gone.length;
    this.#settings.log.info('old blocks are deleted', {
      blocks: gone.length,
      untilMs: Math.max(...gone.map(({ meta }) => meta.maxTimeMs)),
    });
  }
}

/** Rewritten in a row where somebody waits for the end of it; some milliseconds if all are dense. */
const CHUNKS_PER_TURN = 16;

function windowOf(timeMs: number): number {
  return Math.floor(timeMs / WINDOW_MS) * WINDOW_MS;
}
