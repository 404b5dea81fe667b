/**
 * The writer's side of readers in other threads: what it posts to them, and when.
 *
 * Numbers lie in shared memory and are read in place (changes.ts). Two things travel as messages:
 * arrays that were replaced because they grew, before anybody can come across them, and the texts
 * of label pairs, before each query. A reader that has nothing to do costs nothing but a list of
 * the pairs that came or went since.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import type { AggregateStore } from './aggregate/aggregate-store.ts';
import type { AggregatesView } from './aggregate/aggregate-view.ts';
import type { Blocks, BlocksView } from './block/blocks.ts';
import type { HeadTombstones } from './block/head-tombstones.ts';
import type { Tombstones } from './block/tombstones.ts';
import type { FileColumns } from './chunk-file.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { countShared } from './grow.ts';
import type { Head, HeadColumns } from './head.ts';
import { PAIRS_PER_MESSAGE } from './limits.ts';

/** All arrays that a reader needs. */
export interface StoreLayout {
  readonly kind: 'layout';
  readonly head: HeadColumns;
  readonly files: readonly FileColumns[];
}

/** What label pairs are now; an empty name: nobody's. */
export interface PairTexts {
  readonly kind: 'pairs';
  readonly pairs: readonly number[];
  readonly names: readonly string[];
  readonly values: readonly string[];
}

/** What a reader is posted; it takes them in order. */
export type ReaderMessage = StoreLayout | PairTexts;

/** Nobody else has the port, so the kind tells all. */
export function isReaderMessage(message: unknown): message is ReaderMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'layout' || message.kind === 'pairs';
}

/** What a query that begins now may see; goes to its thread with the query. */
export interface QueryView {
  /** Changes whenever a series comes or goes. */
  readonly version: number;
  readonly idEnd: number;
  readonly visibleMs: Float64Array<ArrayBuffer>;
  readonly blocks: BlocksView;
  /** What was deleted from the head, by number of the series. */
  readonly deleted: Tombstones;
  /** Undefined where none are kept. */
  readonly aggregates: AggregatesView | undefined;
}

/** What a thread is started with in order to read. */
export interface ReaderSeat {
  /** The folder of the chunk files. */
  readonly dir: string;
  readonly blockDir: string;
  readonly words: Int32Array;
  readonly cacheBytes: number;
}

/** One reader, as the store's thread sees it. */
export interface AttachedReader {
  readonly seat: ReaderSeat;
  /** Resolves when the reader has been told all that it needs to begin. */
  readonly ready: Promise<void>;
  /** Tells the reader what changed, and answers what a query may see; one at a time. */
  beginQuery(): QueryView;
  /** The query is over: what was replaced meanwhile may be deleted. */
  endQuery(): void;
  detach(): void;
}

export class Sharing {
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #seat: ReaderSeat;
  readonly #blocks: Blocks;
  readonly #tombstones: HeadTombstones;
  readonly #aggregates: AggregateStore | undefined;
  readonly #ports = new Set<MessagePort>();
  /** What tells that readers know the layout: shared arrays made, and the files' version. */
  #announced = { sharedCount: -1, filesVersion: -1 };
  /** By reader: the version of the blocks that its running query knows. */
  readonly #running = new Map<MessagePort, number>();

  constructor(options: {
    readonly head: Head;
    readonly files: ChunkFiles;
    readonly blocks: Blocks;
    readonly tombstones: HeadTombstones;
    readonly aggregates: AggregateStore | undefined;
    readonly seat: Omit<ReaderSeat, 'words'>;
  }) {
    this.#blocks = options.blocks;
    this.#tombstones = options.tombstones;
    this.#aggregates = options.aggregates;
    this.#head = options.head;
    this.#files = options.files;
    this.#seat = { ...options.seat, words: options.head.changes.words };
  }

  attach(port: MessagePort): AttachedReader {
    const { changes, table } = this.#head;
    table.pairs.keepJournal(true);
    this.#ports.add(port);
    changes.onChange = () => this.#announceLayout();
    changes.during(() => {
      this.#announced = { sharedCount: -1, filesVersion: -1 };
    });
    return {
      seat: this.#seat,
      ready: this.#sendAllPairs(port),
      beginQuery: () => this.#beginQuery(port),
      endQuery: () => void this.#running.delete(port),
      detach: () => this.#detach(port),
    };
  }

  #detach(port: MessagePort): void {
    this.#ports.delete(port);
    this.#running.delete(port);
    if (this.#ports.size > 0) return;
    this.#head.changes.onChange = undefined;
    this.#head.table.pairs.keepJournal(false);
  }

  /**
   * In slices. What changes between two of them is in the journal, which readers get afterwards:
   * every message says what a pair is at its time, so the last one is right.
   */
  async #sendAllPairs(port: MessagePort): Promise<void> {
    const { pairs } = this.#head.table;
    for (let from = 1; from < pairs.capacity; from += PAIRS_PER_MESSAGE) {
      const count = Math.min(PAIRS_PER_MESSAGE, pairs.capacity - from);
      port.postMessage(this.#textsOf(Array.from({ length: count }, (_, i) => from + i)));
      await nextTurn();
    }
  }

  #textsOf(pairs: readonly number[]): PairTexts {
    const known = this.#head.table.pairs;
    return {
      kind: 'pairs',
      pairs,
      names: pairs.map((pair) => known.name(pair)),
      values: pairs.map((pair) => known.value(pair)),
    };
  }

  /** Whether a query runs that began before the blocks had a version. */
  isRunningBefore(version: number): boolean {
    return this.#running.values().some((known) => known < version);
  }

  #beginQuery(port: MessagePort): QueryView {
    const { table, open } = this.#head;
    this.flush();
    this.#running.set(port, this.#blocks.version);
    return {
      version: table.version,
      idEnd: table.nextId,
      visibleMs: open.lastMs.slice(0, table.slotCount),
      blocks: this.#blocks.view(),
      deleted: this.#tombstones.deleted,
      aggregates: this.#aggregates?.view(),
    };
  }

  /** Tells readers of the pairs that changed; now and then, so that not too much piles up. */
  flush(): void {
    const changed = this.#head.table.pairs.takeJournal();
    if (changed.length > 0) this.#post(this.#textsOf(changed));
  }

  /** Costs next to nothing where nothing was replaced, as at the end of nearly every change. */
  #announceLayout(): void {
    const sharedCount = countShared();
    const filesVersion = this.#files.version;
    const known = this.#announced;
    if (sharedCount === known.sharedCount && filesVersion === known.filesVersion) return;
    this.#announced = { sharedCount, filesVersion };
    this.#post({ kind: 'layout', head: this.#head.columns(), files: this.#files.columns() });
    this.#head.changes.announceLayout();
  }

  #post(message: ReaderMessage): void {
    for (const port of this.#ports) port.postMessage(message);
  }
}
