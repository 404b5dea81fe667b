/**
 * Reads the store from a thread that does not write it (changes.ts, sharing.ts).
 *
 * Its entry file is in `app`, and imports this file rather than the module's index, because each
 * thread loads its own copy of what it imports.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { assert, type Log } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type { AggregateFollower } from './aggregate/aggregate-follower.ts';
import type { AggregateReader } from './aggregate/aggregate-reader.ts';
import { Blocks } from './block/blocks.ts';
import { FilteredHead } from './block/head-tombstones.ts';
import { MergedReader } from './block/merged-reader.ts';
import type { Tombstones } from './block/tombstones.ts';
import { BlockCache } from './block-cache.ts';
import { SharedGuard } from './changes.ts';
import { ChunkFiles } from './chunk-files.ts';
import { createDisk, type Disk } from './disk.ts';
import { Head } from './head.ts';
import { GUARD_TRIES_MAX, SERIES_MAX, SLABS_MAX } from './limits.ts';
import { Reader } from './reader.ts';
import { SharedOrder } from './shared-order.ts';
import { isReaderMessage, type QueryView, type ReaderMessage, type ReaderSeat } from './sharing.ts';

export interface ThreadReaderOptions {
  readonly seat: ReaderSeat;
  /** Where the writer posts; nobody else listens on it. */
  readonly port: MessagePort;
  readonly log: Log;
  /** Throws when nobody waits for the running query any more. */
  readonly assertWanted: () => void;
  readonly disk?: Disk;
}

/** A store as another thread reads it; of no use before the first `begin`. */
export interface ThreadReader {
  /** Reads for one query from here on. */
  begin(view: QueryView): void;
  /** Loads what a view needs that has not been needed before; to be awaited before `begin`. */
  prepare(view: QueryView): Promise<void>;
  readonly reader: MergedReader | AggregateReader;
  /** Reads of files that failed so far, and chunks that were damaged. */
  readonly faultCount: number;
  close(): void;
}

/** Takes a seat; what the writer posted before is taken over with the first query. */
export function openThreadReader(options: ThreadReaderOptions): ThreadReader {
  const { seat, port } = options;
  const drain = (): void => receiveAll(port, (message) => take(message));
  const { words } = seat;
  const { assertWanted, disk = createDisk() } = options;
  const guard = new SharedGuard({
    words,
    adoptLayout: drain,
    assertWanted,
    triesMax: GUARD_TRIES_MAX,
  });
  const head = new Head({ seriesMax: SERIES_MAX, slabsMax: SLABS_MAX }, guard);
  const files = new ChunkFiles({
    disk,
    dir: seat.dir,
    log: options.log,
    cache: new BlockCache(seat.cacheBytes),
    guard,
  });
  const take = (message: ReaderMessage): void => {
    if (message.kind === 'layout') {
      head.adopt(message.head);
      files.adopt(message.files);
      return;
    }
    message.pairs.forEach((pair, i) => {
      head.table.pairs.set(pair, message.names[i], message.values[i]);
    });
  };
  const labelsOf = (slot: number): Labels => guard.read(() => head.table.labelsOf(slot));
  const order = new SharedOrder({ guard, ranks: () => head.order.rank, labelsOf });
  const reader = new Reader(head, files, order);
  const blocks = new Blocks({ disk, dir: seat.blockDir, log: options.log });
  let deleted: Tombstones = new Map();
  const merged = new MergedReader(new FilteredHead(reader, () => deleted), blocks);
  let aggregates: AggregateFollower | undefined;
  return {
    get reader() {
      return aggregates?.reader ?? merged;
    },
    async prepare({ aggregates: wanted }) {
      if (wanted === undefined || aggregates !== undefined) return;
      const { AggregateFollower: Follower } = await import('./aggregate/aggregate-follower.ts');
      aggregates = new Follower({ base: merged, disk, log: options.log, view: wanted });
    },
    begin(view) {
      drain();
      assert(view.idEnd > 0, 'a view of the store has no series');
      head.table.version = view.version;
      reader.view = view;
      blocks.follow(view.blocks);
      deleted = view.deleted;
      if (view.aggregates !== undefined) aggregates?.follow(view.aggregates);
    },
    get faultCount() {
      const inBlocks = blocks.readFailures + blocks.corruptChunks + (aggregates?.faultCount ?? 0);
      return files.readFailures + files.corruptChunks + inBlocks;
    },
    close() {
      files.close();
      blocks.close();
      aggregates?.close();
      port.close();
    },
  };
}

/** Takes over what the writer has posted. */
function receiveAll(port: MessagePort, take: (message: ReaderMessage) => void): void {
  for (;;) {
    const received: { readonly message: unknown } | undefined = receiveMessageOnPort(port);
    if (received === undefined) return;
    if (isReaderMessage(received.message)) take(received.message);
  }
}
