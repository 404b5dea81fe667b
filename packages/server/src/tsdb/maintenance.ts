/**
 * The work behind the appends: order new series, close idle chunks, write closed ones to files,
 * seal, delete what is too old, take checkpoints.
 *
 * `run` is called about once a second. It works in slices of some 10 ms and lets the event loop
 * turn between them, so that scrapes and queries are not held up however much there is to do.
 * What fails (disk full) is logged once, counted, and tried again later; memory and log still
 * have everything.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage } from '../platform/index.ts';
import { CheckpointWriter } from './checkpoint.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { BlockKeeper } from './block/block-keeper.ts';
import type { Head } from './head.ts';
import {
  CHECKPOINT_RETRY_MS,
  SPILL_BATCH_MAX,
  SPILL_WAIT_MS,
  WINDOW_GRACE_MS,
  WINDOW_MS,
} from './limits.ts';
import type { Settings } from './options.ts';
import type { Layout } from './recovery.ts';
import type { Wal } from './wal.ts';
import { windowEnd } from './window-times.ts';

/** Slots looked at in a row before the clock is asked. */
const SWEEP_SLOTS = 4096;
/** Series sorted in a row; sorting that many takes about 5 ms. */
const ORDER_SERIES = 4096;
/** How often dead series are looked for. */
const COLLECT_INTERVAL_MS = 5 * 60_000;

export class Maintenance {
  readonly #settings: Settings;
  readonly #layout: Layout;
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #wal: Wal;
  readonly #keeper: BlockKeeper;
  readonly #flush: () => Promise<void>;
  readonly #openedMs: number;
  #writer: CheckpointWriter | undefined;
  #writerStartedMs = 0;
  #isCheckpointWanted = false;
  #retryCheckpointAtMs = -Infinity;
  #sweepSlot = 0;
  #lastSpillMs = -Infinity;
  #isSpillFailing = false;
  #lastCollectMs = -Infinity;
  seriesRemoved = 0;
  chunksSpilled = 0;
  chunkFilesDeleted = 0;
  checkpointFailures = 0;
  checkpointBytes = 0;
  lastCheckpointAt = 0;
  lastCheckpointDurationMs = 0;

  constructor(options: {
    readonly settings: Settings;
    readonly layout: Layout;
    readonly head: Head;
    readonly files: ChunkFiles;
    readonly wal: Wal;
    readonly keeper: BlockKeeper;
    /** Makes the log durable. */
    readonly flush: () => Promise<void>;
  }) {
    this.#settings = options.settings;
    this.#layout = options.layout;
    this.#head = options.head;
    this.#files = options.files;
    this.#wal = options.wal;
    this.#keeper = options.keeper;
    this.#flush = options.flush;
    this.#openedMs = options.settings.clock.monotonicMs();
  }

  /** Takes a checkpoint at the next occasion. */
  requestCheckpoint(): void {
    this.#isCheckpointWanted = true;
  }

  /** Does whatever there is to do. */
  async run(nowMs: number): Promise<void> {
    this.#head.order.settle(ORDER_SERIES);
    this.#closeIdle(nowMs);
    await this.#spill(nowMs);
    this.#retain(nowMs);
    const isResting = this.#isResting(nowMs);
    if (!isResting && this.#keeper.needsCheckpoint(nowMs)) this.#isCheckpointWanted = true;
    if (this.#isCheckpointDue(nowMs, isResting)) await this.checkpoint(nowMs);
    if (!isResting) await this.#keeper.run(nowMs);
  }

  /**
   * Whether blocks, and a checkpoint that is only old, wait because the store was just opened. Not
   * where a window has waited for as long as one lasts: a server that ends again and again within a
   * minute would never write its block.
   */
  #isResting(nowMs: number): boolean {
    const { clock, limits } = this.#settings;
    const isYoung = clock.monotonicMs() - this.#openedMs < limits.startRestMs;
    return isYoung && !this.#keeper.isBehind(nowMs);
  }

  /** Tells whether a slice that begins now may go on. */
  #startSlice(): () => boolean {
    const { clock, limits } = this.#settings;
    const deadlineMs = clock.monotonicMs() + limits.maintainSliceMs;
    return () => clock.monotonicMs() < deadlineMs;
  }

  /** Closes open chunks of windows that are over, so that dead series leave memory. */
  #closeIdle(nowMs: number): void {
    const { open, late, table } = this.#head;
    const { lateWindowMs } = this.#settings;
    const end = Math.min(table.slotCount, this.#sweepSlot + SWEEP_SLOTS);
    for (let slot = this.#sweepSlot; slot < end; slot++) {
      const isOver =
        open.count[slot] > 0 && windowEnd(open.startMs[slot]) + WINDOW_GRACE_MS <= nowMs;
      if (isOver) this.#head.close(slot);
      if (!late.hasOpen(slot)) continue;
      const lateOverAt = windowEnd(late.open.startMs[slot]) + WINDOW_GRACE_MS + lateWindowMs;
      if (lateOverAt <= nowMs) this.#head.closeLate(slot);
    }
    this.#sweepSlot = end < table.slotCount ? end : 0;
  }

  async #spill(nowMs: number): Promise<void> {
    const { closed } = this.#head;
    const isWaitOver = closed.count > 0 && Math.abs(nowMs - this.#lastSpillMs) >= SPILL_WAIT_MS;
    const isDue = closed.count >= this.#settings.limits.spillChunksMin || isWaitOver;
    if (isDue) this.#lastSpillMs = nowMs;
    try {
      while (isDue && closed.count > 0) {
        if (this.#files.changesFile(this.#head)) await this.#settleFiles();
        this.#spillSlice();
        if (closed.count > 0) await nextTurn();
      }
      this.#seal(nowMs);
      this.#isSpillFailing = false;
    } catch (error) {
      if (!this.#isSpillFailing) {
        const message = 'cannot write chunks to files; they stay in memory';
        this.#settings.log.error(message, { error: errorMessage(error), chunks: closed.count });
      }
      this.#isSpillFailing = true;
    }
  }

  /**
   * A chunk that is found after a power cut says that its series' samples before it are in files
   * too, and the log is not asked for them. So of all that was written since a checkpoint a
   * beginning must be left, without holes: no file is written while another one is not durable, and
   * none is durable before the log is. Only around the end of a window do files take turns.
   */
  async #settleFiles(): Promise<void> {
    await this.#flush();
    await this.#files.sync();
  }

  #spillSlice(): void {
    const { closed } = this.#head;
    const hasTime = this.#startSlice();
    do {
      this.chunksSpilled += this.#files.spill(this.#head, SPILL_BATCH_MAX);
    } while (closed.count > 0 && hasTime() && !this.#files.changesFile(this.#head));
  }

  /** Seals files of windows that are over and whose chunks have all been written. */
  #seal(nowMs: number): void {
    if (this.#head.closed.count > 0) return;
    for (const file of this.#files.growing()) {
      const overAt = file.windowEndMs + 2 * WINDOW_GRACE_MS + this.#settings.lateWindowMs;
      const isOver = overAt <= nowMs;
      if (isOver) this.#files.seal(file, this.#head.table);
    }
  }

  #retain(nowMs: number): void {
    // Where there are to be aggregates of them, samples become blocks first, however old they are.
    const isHolding = this.#keeper.holdsSamples(nowMs);
    const cutMs = isHolding ? -Infinity : nowMs - this.#settings.retentionMs;
    const deleted = this.#files.deleteBefore(cutMs);
    this.chunkFilesDeleted += deleted;
    const isDue = deleted > 0 || Math.abs(nowMs - this.#lastCollectMs) >= COLLECT_INTERVAL_MS;
    if (!isDue) return;
    this.#lastCollectMs = nowMs;
    this.#collect(nowMs);
    this.#head.budget.beginRound();
  }

  /**
   * Forgets the series of which nothing is in memory or chunk files any more, and that have been
   * still for a while: what they have is in blocks, which know their labels.
   */
  #collect(nowMs: number): void {
    const { open, closed, late, table } = this.#head;
    const oldestFileMs = this.#files.files.at(0)?.windowStartMs ?? Infinity;
    const untilMs = Math.min(oldestFileMs, nowMs - WINDOW_MS);
    const gone: number[] = [];
    for (let slot = 0; slot < table.slotCount; slot++) {
      if (table.idOf[slot] === 0) continue;
      const isInMemory = open.count[slot] > 0 || closed.firstOf[slot] !== 0 || late.hasOpen(slot);
      if (!isInMemory && windowEndOf(this.#head.newestMs(slot)) <= untilMs) gone.push(slot);
    }
    if (gone.length === 0) return;
    this.#head.removeSeries(gone);
    this.seriesRemoved += gone.length;
    this.#settings.log.debug('series without samples were forgotten', { series: gone.length });
  }

  /** Takes a checkpoint; false where that failed. Not while `run` does its work. */
  async checkpoint(nowMs: number): Promise<boolean> {
    try {
      this.#writer ??= this.#begin(nowMs);
      while (!this.#writer.step(this.#startSlice())) await nextTurn();
      await this.#files.sync();
      await this.#writer.commit();
      this.#finish(this.#writer, nowMs);
      return true;
    } catch (error) {
      this.#giveUp(error, nowMs);
      return false;
    }
  }

  #isCheckpointDue(nowMs: number, isResting: boolean): boolean {
    if (nowMs < this.#retryCheckpointAtMs) return false;
    const { limits } = this.#settings;
    const walBytes = this.#wal.sizeBytes;
    // A large checkpoint is written less often, so that the disk does at most twice the work.
    const isLong = walBytes >= Math.max(limits.checkpointWalBytes, this.checkpointBytes);
    const isOld = !isResting && nowMs - this.lastCheckpointAt >= limits.checkpointIntervalMs;
    return this.#isCheckpointWanted || isLong || (isOld && walBytes > 0);
  }

  #begin(nowMs: number): CheckpointWriter {
    this.#writerStartedMs = this.#settings.clock.monotonicMs();
    this.#isCheckpointWanted = false;
    const segment = this.#wal.rotate();
    const { disk } = this.#settings;
    const { dir } = this.#layout;
    return new CheckpointWriter({
      disk,
      dir,
      head: this.#head,
      files: this.#files,
      segment,
      nowMs,
    });
  }

  #finish(writer: CheckpointWriter, nowMs: number): void {
    this.#writer = undefined;
    this.#wal.removeBefore(writer.segment);
    this.#keeper.noteCheckpoint();
    this.checkpointBytes = writer.sizeBytes;
    this.lastCheckpointAt = nowMs;
    const elapsedMs = this.#settings.clock.monotonicMs() - this.#writerStartedMs;
    this.lastCheckpointDurationMs = Math.round(elapsedMs);
  }

  #giveUp(error: unknown, nowMs: number): void {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#isCheckpointWanted = true;
    this.#retryCheckpointAtMs = nowMs + CHECKPOINT_RETRY_MS;
    this.checkpointFailures++;
    this.#settings.log.error('cannot take a checkpoint; the log stays as it is', {
      error: errorMessage(error),
    });
    try {
      writer?.abort();
    } catch {
      // The unfinished file is removed at the next start, or overwritten by the next try.
    }
  }

  /** Takes a checkpoint at once, in one go; false where that failed. For the end of the program. */
  checkpointNow(nowMs: number): boolean {
    try {
      this.#writer = this.#begin(nowMs);
      this.#writer.step(() => true);
      this.#files.syncNow();
      this.#writer.commitNow();
      this.#finish(this.#writer, nowMs);
      return true;
    } catch (error) {
      this.#giveUp(error, nowMs);
      return false;
    }
  }
}

/** The end of the window of a series' newest sample; before all times where it has none. */
function windowEndOf(lastMs: number): number {
  return lastMs === -Infinity ? -Infinity : windowEnd(lastMs);
}
