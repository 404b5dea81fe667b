/**
 * The series of a window of time that is over, out of its chunk files, as a block wants them.
 *
 * Labels come from the head, which keeps every series that has chunks in files. Chunks have the
 * layout of blocks already and are copied.
 */
import type { ChunkFile } from '../chunk-file.ts';
import {
  alignIndex,
  CHUNK_HEADER_BYTES,
  chunkBytes,
  chunkData,
  INDEX_ENTRY_BYTES,
  isIntact,
  isLateChunk,
  readChunkPlace,
} from '../chunk-format.ts';
import type { Disk, DiskFile } from '../disk.ts';
import type { Head } from '../head.ts';
import { CHUNK_BYTES_MAX } from '../limits.ts';
import type { JoinedChunk } from './chunk-joiner.ts';
import { BlockDamage } from './damage.ts';
import { compareNumbers } from './number-order.ts';
import { sortUtf8InSlices } from './text-order.ts';
import type { Interval, Tombstones } from './tombstones.ts';

/** Most chunks are shorter, so that one read brings header and data. */
const FIRST_READ_BYTES = 512;
const NO_INTERVALS: readonly Interval[] = [];

/** A series of a window. */
interface WindowSeries {
  /** Numbers of symbols: name and value in turn. */
  readonly labels: readonly number[];
  readonly chunks: readonly JoinedChunk[];
}

/** A chunk, and whether its samples came late. */
interface WindowChunk extends JoinedChunk {
  readonly isLate: boolean;
}

/** The last chunk of a series in a file. */
interface ChainEnd {
  readonly file: OpenFile;
  readonly lastAt: number;
}

interface OpenFile {
  readonly file: ChunkFile;
  readonly handle: DiskFile;
}

export class WindowSource {
  readonly #head: Head;
  readonly #deleted: Tombstones;
  readonly #open: OpenFile[] = [];
  /** By number of the series. */
  readonly #ends = new Map<number, ChainEnd[]>();
  #ids: readonly number[] = [];
  symbols: readonly string[] = [];
  /** By pair of the head: numbers of the symbols of name and value. */
  readonly #nameOf = new Map<number, number>();
  readonly #valueOf = new Map<number, number>();
  readonly #bytes = new Uint8Array(CHUNK_HEADER_BYTES + CHUNK_BYTES_MAX + 8);
  readonly #view = new DataView(this.#bytes.buffer);
  corruptChunks = 0;
  /** Series whose chunks are there while nothing tells their labels any more. */
  orphanSeries = 0;

  /** Opens the files, which must be sealed. `deleted`: by number of the series in the head. */
  constructor(options: {
    readonly disk: Disk;
    readonly files: readonly ChunkFile[];
    readonly head: Head;
    readonly deleted: Tombstones;
  }) {
    this.#head = options.head;
    this.#deleted = options.deleted;
    for (const file of options.files) {
      this.#open.push({ file, handle: options.disk.open(file.path, 'read') });
    }
  }

  /** Finds out which series there are; to be called once, before `series`. Gives way often. */
  *prepare(): Generator<void> {
    for (const open of this.#open) {
      this.#readEnds(open);
      yield;
    }
    const slots = this.#slots();
    yield;
    yield* this.#joinSymbols(slots);
    yield* this.#sort(slots);
  }

  #readEnds(open: OpenFile): void {
    const { trailer, path } = open.file;
    if (trailer === undefined) throw new BlockDamage(path, 'is not sealed');
    const bytes = new Uint8Array(trailer.entryCount * INDEX_ENTRY_BYTES);
    if (open.handle.read(bytes, alignIndex(trailer.indexAt)) < bytes.length) {
      throw new BlockDamage(path, 'ends within its index');
    }
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += INDEX_ENTRY_BYTES) {
      const id = view.getUint32(at, true);
      const ends = this.#ends.get(id) ?? [];
      ends.push({ file: open, lastAt: view.getUint32(at + 4, true) });
      this.#ends.set(id, ends);
    }
  }

  #slots(): Uint32Array {
    const { ids } = this.#head.table;
    const slots: number[] = [];
    for (const id of this.#ends.keys()) {
      const slot = ids.find(id);
      if (slot < 0) this.orphanSeries++;
      else slots.push(slot);
    }
    return Uint32Array.from(slots);
  }

  *#joinSymbols(slots: Uint32Array): Generator<void> {
    const { labels, pairs } = this.#head.table;
    const used = new Set<number>();
    for (const slot of slots) {
      for (const pair of labels.list(slot)) used.add(pair);
      yield;
    }
    const texts = new Set<string>();
    for (const pair of used) {
      texts.add(pairs.name(pair)).add(pairs.value(pair));
      yield;
    }
    this.symbols = yield* sortUtf8InSlices([...texts]);
    const symbolOf = new Map<string, number>();
    for (const text of this.symbols) {
      symbolOf.set(text, symbolOf.size);
      yield;
    }
    for (const pair of used) {
      this.#nameOf.set(pair, symbolOf.get(pairs.name(pair)) ?? 0);
      this.#valueOf.set(pair, symbolOf.get(pairs.value(pair)) ?? 0);
      yield;
    }
  }

  /** Puts the series in order of their symbols; the head's order nearly always is that. */
  *#sort(slots: Uint32Array): Generator<void> {
    const { table, order } = this.#head;
    order.sort(slots);
    const ids = Array.from(slots, (slot) => table.idOf[slot]);
    this.#ids = ids;
    let before: readonly number[] = [];
    let isInOrder = true;
    for (const slot of slots) {
      const labels = this.#labelsOf(slot);
      isInOrder &&= compareNumbers(before, labels) < 0;
      before = labels;
      yield;
    }
    if (isInOrder) return;
    const labels = Array.from(slots, (slot) => this.#labelsOf(slot));
    const positions = ids.map((_, i) => i).sort((a, b) => compareNumbers(labels[a], labels[b]));
    this.#ids = positions.map((i) => ids[i]);
  }

  #labelsOf(slot: number): readonly number[] {
    const { labels } = this.#head.table;
    const numbers: number[] = [];
    for (const pair of labels.list(slot)) {
      numbers.push(this.#nameOf.get(pair) ?? 0, this.#valueOf.get(pair) ?? 0);
    }
    return numbers;
  }

  /** The series in order. Throws where the head has forgotten one, and the system's error. */
  *series(): IterableIterator<WindowSeries> {
    for (const id of this.#ids) {
      const slot = this.#head.table.ids.find(id);
      if (slot < 0) throw new Error(`series ${id} was forgotten while its window was written`);
      const gone = this.#deleted.get(id) ?? NO_INTERVALS;
      const ends = this.#ends.get(id) ?? [];
      const chunks = ends.flatMap((end) => this.#chain(end, id, gone).reverse());
      // Of samples with one time the first chunk's counts: the same as for who reads the files.
      chunks.sort((a, b) => Number(a.isLate) - Number(b.isLate));
      yield { labels: this.#labelsOf(slot), chunks };
    }
  }

  /** The chunks of a series in one file, the last first. */
  #chain({ file, lastAt }: ChainEnd, id: number, gone: readonly Interval[]): WindowChunk[] {
    const chunks: WindowChunk[] = [];
    const { windowStartMs } = file.file;
    let at = lastAt;
    while (at !== 0) {
      const { isThere, length } = this.#read(file, at);
      const place = readChunkPlace(this.#view, 0, windowStartMs);
      if (!isThere || place.id !== id || place.previousAt >= at) {
        // Nothing tells where the chunks before it are.
        this.corruptChunks++;
        return chunks;
      }
      // Without a length that can be one this chunk is lost, and those before it are not.
      if (length !== undefined && isIntact(this.#bytes, 0, length)) {
        const chunk = chunkData(this.#bytes, length);
        const isLate = isLateChunk(this.#view, 0);
        const { startMs: minMs, lastMs: maxMs, hasMarker } = place;
        chunks.push({ ...chunk, minMs, maxMs, hasMarker, gone, isLate });
      } else {
        this.corruptChunks++;
      }
      at = place.previousAt;
    }
    return chunks;
  }

  /**
   * Reads a chunk to the start of `#bytes`: whether its header is there, and its length, undefined
   * where it cannot be one.
   */
  #read({ handle }: OpenFile, at: number): { isThere: boolean; length: number | undefined } {
    const first = handle.read(this.#bytes.subarray(0, FIRST_READ_BYTES), at);
    if (first < CHUNK_HEADER_BYTES) return { isThere: false, length: undefined };
    const length = chunkBytes(this.#view, 0);
    const isCut = length !== undefined && length > first;
    const isWhole = !isCut || handle.read(this.#bytes.subarray(0, length), at) === length;
    return { isThere: true, length: isWhole ? length : undefined };
  }

  close(): void {
    for (const { handle } of this.#open) handle.close();
  }
}
