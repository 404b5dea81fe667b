/**
 * A copy of the store as it is at one moment, in a folder of its own that can be opened as a store.
 *
 * A checkpoint is taken first, so that what has to be copied is small. Then, while no background
 * work runs: sealed chunk files, the checkpoint and the ended segments of the log never change
 * again, so a second name (hard link) is a copy of them, whatever the store deletes later. Chunk
 * files that still grow are copied up to what the checkpoint knows of them, since whoever opens the
 * copy writes on where they end. Only the last step is at one moment: the segment of the log that
 * is being written is ended, and with it the snapshot. Appends go on throughout.
 *
 * Where links are not possible (another disk, a file system without them) files are copied.
 */
import { join, relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage, unavailable } from '../platform/index.ts';
import { CHUNKS_NAME, TOMBSTONES_NAME } from './block/block-writer.ts';
import type { AggregateStore } from './aggregate/aggregate-store.ts';
import type { Blocks } from './block/blocks.ts';
import { CHECKPOINT_NAME } from './checkpoint.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Disk } from './disk.ts';
import type { Head } from './head.ts';
import { COPY_BLOCK_BYTES, LINKS_PER_TURN } from './limits.ts';
import type { Maintenance } from './maintenance.ts';
import type { Settings } from './options.ts';
import { createLayout } from './recovery.ts';
import { formatSegment, type Wal } from './wal.ts';

export interface SnapshotOptions {
  /** Must not exist, or be empty; made here. */
  readonly dir: string;
  /** Gives up between two pieces of work; what is in the folder by then is of no use. */
  readonly signal: AbortSignal;
}

/** A folder of blocks for other programs. */
export interface BlocksSnapshotOptions extends SnapshotOptions {
  readonly isHeadIncluded: boolean;
}

/** A range for other programs; both ends inclusive, epoch milliseconds. */
export interface BlocksExportOptions extends SnapshotOptions {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a snapshot holds. */
export interface Snapshot {
  /** Every sample that was visible by this time, by the store's clock. */
  readonly takenAt: number;
  readonly seriesCount: number;
}

interface SnapshotParts {
  readonly settings: Settings;
  readonly head: Head;
  readonly files: ChunkFiles;
  readonly wal: Wal;
  readonly maintenance: Maintenance;
  readonly blocks: Blocks;
  readonly aggregates: AggregateStore | undefined;
}

/** Fills the folder. The caller lets no background work run meanwhile. */
export async function takeSnapshot(
  parts: SnapshotParts,
  options: SnapshotOptions,
): Promise<Snapshot> {
  const takenAt = parts.settings.clock.now();
  try {
    if (!(await parts.maintenance.checkpoint(takenAt))) throw new Error('the checkpoint failed');
    const { seriesCount } = parts.head.table;
    await writeFiles(parts, options);
    return { takenAt, seriesCount };
  } catch (cause) {
    const message = `cannot take a snapshot of series in "${options.dir}": ${errorMessage(cause)}`;
    throw unavailable('TSDB_SNAPSHOT_FAILED', message, { cause });
  }
}

async function writeFiles(
  { settings, files, wal, blocks, aggregates }: SnapshotParts,
  { dir, signal }: SnapshotOptions,
): Promise<void> {
  const { disk } = settings;
  const source = createLayout(settings.dir);
  const target = createLayout(dir);
  disk.makeDir(target.walDir);
  disk.makeDir(target.chunkDir);
  const copier = new Copier(disk, signal);
  for (const block of blocks.list)
    await copyBlock(copier, disk, block.dir, join(target.blockDir, block.ulid));
  for (const block of aggregates?.blocks ?? []) {
    const inside = relative(source.aggregateDir, block.dir);
    await copyBlock(copier, disk, block.dir, join(target.aggregateDir, inside));
  }
  if (disk.list(source.dir).includes(TOMBSTONES_NAME)) {
    await copier.link(join(source.dir, TOMBSTONES_NAME), join(target.dir, TOMBSTONES_NAME));
  }
  for (const file of files.files) {
    const to = join(target.chunkDir, file.name);
    if (file.index === undefined) await copier.link(file.path, to);
    else await copier.copy(file.path, to, file.sizeBytes);
  }
  await copier.link(join(source.dir, CHECKPOINT_NAME), join(target.dir, CHECKPOINT_NAME));
  // From here on nothing more gets in: the next append begins another segment.
  for (const segment of wal.endSegment()) {
    const name = formatSegment(segment);
    await copier.link(join(source.walDir, name), join(target.walDir, name));
  }
}

/** Gives the files of a block second names in another folder. */
export async function copyBlock(
  copier: Copier,
  disk: Disk,
  from: string,
  to: string,
): Promise<void> {
  disk.makeDir(join(to, CHUNKS_NAME));
  for (const name of disk.list(join(from, CHUNKS_NAME))) {
    await copier.link(join(from, CHUNKS_NAME, name), join(to, CHUNKS_NAME, name));
  }
  for (const name of disk.list(from)) {
    if (name !== CHUNKS_NAME) await copier.link(join(from, name), join(to, name));
  }
}

export class Copier {
  readonly #disk: Disk;
  readonly #signal: AbortSignal;
  #canLink = true;
  #links = 0;

  constructor(disk: Disk, signal: AbortSignal) {
    this.#disk = disk;
    this.#signal = signal;
  }

  /** Gives a file that never changes again a second name. */
  async link(from: string, to: string): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#canLink) {
      try {
        this.#disk.link(from, to);
        if (++this.#links % LINKS_PER_TURN === 0) await nextTurn();
        return;
      } catch {
        // Not on this disk; copying tells what else may be wrong.
        this.#canLink = false;
      }
    }
    const source = this.#disk.open(from, 'read');
    const sizeBytes = source.sizeBytes();
    source.close();
    await this.copy(from, to, sizeBytes);
  }

  /** Copies the beginning of a file, letting the event loop turn between blocks. */
  async copy(from: string, to: string, sizeBytes: number): Promise<void> {
    const block = new Uint8Array(Math.min(sizeBytes, COPY_BLOCK_BYTES));
    await using opened = new AsyncDisposableStack();
    const source = this.#disk.open(from, 'read');
    opened.defer(() => source.close());
    const target = this.#disk.open(to, 'create');
    opened.defer(() => target.close());
    for (let at = 0; at < sizeBytes; at += block.length) {
      this.#signal.throwIfAborted();
      const part = block.subarray(0, Math.min(block.length, sizeBytes - at));
      if (source.read(part, at) < part.length) throw new Error(`${from} is cut short`);
      target.write(part, at);
      await nextTurn();
    }
  }
}
