/** One chunk file: where it is, what it holds, and, while it grows, the last chunk of each series. */
import { join } from 'node:path';
import type { ByteWriter } from './bytes.ts';
import { type IndexEntry, indexedSamples, type Trailer } from './chunk-format.ts';
import type { DiskFile } from './disk.ts';
import { shareDoubles, shareWords } from './grow.ts';
import { WINDOW_MS } from './limits.ts';
import type { SeriesTable } from './series-table.ts';

export class ChunkFile {
  readonly seq: number;
  readonly name: string;
  readonly path: string;
  readonly windowStartMs: number;
  /** One number, in shared memory: `sizeBytes`. */
  readonly size: Float64Array;
  sampleCount = 0;
  /** Open for writing while the file grows, else for reading, else not open. */
  handle: DiskFile | undefined;
  /** How much of it is known to be durable. */
  syncedBytes = 0;
  /** A failure to read it was logged; one line for each file is enough. */
  isReported = false;
  /** Set once the file is sealed. */
  trailer: Trailer | undefined;
  /** Whether the index of a sealed file is as it was written; undefined until somebody asked. */
  isIndexIntact: boolean | undefined;
  /** Set while the file grows. */
  index: GrowingIndex | undefined;
  /** The thread that writes the files has deleted it. */
  isDeleted = false;

  constructor(place: {
    readonly dir: string;
    readonly seq: number;
    readonly windowStartMs: number;
    readonly sizeBytes: number;
    /** Of a file that another thread writes. */
    readonly size?: Float64Array;
  }) {
    this.seq = place.seq;
    this.name = formatSeq(place.seq);
    this.path = join(place.dir, this.name);
    this.windowStartMs = place.windowStartMs;
    this.size = place.size ?? shareDoubles(1);
    if (place.size === undefined) this.size[0] = place.sizeBytes;
  }

  /** Bytes of good content; the next chunk goes there. */
  get sizeBytes(): number {
    return this.size[0];
  }

  set sizeBytes(bytes: number) {
    this.size[0] = bytes;
  }

  /** Takes over what the thread that writes the file says of it. */
  adopt({ trailer, index }: FileColumns): void {
    this.trailer = trailer;
    if (index === undefined) {
      this.index = undefined;
      return;
    }
    this.index ??= new GrowingIndex();
    this.index.adopt(index);
  }

  /** Written to since it was last made durable. */
  get isDirty(): boolean {
    return this.syncedBytes !== this.sizeBytes;
  }

  get windowEndMs(): number {
    return this.windowStartMs + WINDOW_MS;
  }
}

/** What is needed for reading a file that another thread writes. */
export interface FileColumns {
  readonly seq: number;
  readonly windowStartMs: number;
  readonly size: Float64Array;
  readonly trailer: Trailer | undefined;
  readonly index: GrowingColumns | undefined;
}

interface GrowingColumns {
  readonly lastAt: Uint32Array;
  readonly samples: Uint32Array;
}

/** In the word that counts a slot's samples: a staleness marker may be among them. */
const MARKER_FLAG = 0x8000_0000;
const SAMPLES_MASK = 0x7fff_ffff;

/** A chunk in a file, as its index counts it. */
export interface IndexedChunk {
  readonly at: number;
  readonly samples: number;
  /** Whether a staleness marker may be among them. */
  readonly hasMarker: boolean;
}

/** By slot: the last chunk of a series in a file, and its samples there. */
export class GrowingIndex {
  #lastAt: Uint32Array = shareWords(0);
  #samples: Uint32Array = shareWords(0);

  columns(): GrowingColumns {
    return { lastAt: this.#lastAt, samples: this.#samples };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt({ lastAt, samples }: GrowingColumns): void {
    this.#lastAt = lastAt;
    this.#samples = samples;
  }

  /** Where the last chunk of a slot begins; 0 for none. */
  lastAt(slot: number): number {
    return slot < this.#lastAt.length ? this.#lastAt[slot] : 0;
  }

  /** All of it at once. */
  find(slot: number): IndexEntry {
    const hasMarker = this.hasMarker(slot);
    return { lastAt: this.lastAt(slot), samples: this.samples(slot), hasMarker };
  }

  /** The samples of a slot as they are kept, with a flag for markers; `put` takes it back. */
  counted(slot: number): number {
    return slot < this.#samples.length ? this.#samples[slot] : 0;
  }

  samples(slot: number): number {
    return slot < this.#samples.length ? this.#samples[slot] & SAMPLES_MASK : 0;
  }

  /** Whether a staleness marker may be among the samples of a slot. */
  hasMarker(slot: number): boolean {
    return slot < this.#samples.length && (this.#samples[slot] & MARKER_FLAG) !== 0;
  }

  /** Takes note of the next chunk of a slot, or of several with the place of the last. */
  add(slot: number, chunk: IndexedChunk): void {
    const hasMarker = chunk.hasMarker || this.hasMarker(slot);
    const samples = this.samples(slot) + chunk.samples;
    this.put(slot, chunk.at, hasMarker ? samples | MARKER_FLAG : samples);
  }

  /** Sets the last chunk of a slot, and its samples as `counted` tells them. */
  put(slot: number, at: number, counted: number): void {
    if (slot >= this.#lastAt.length) {
      const capacity = Math.max(1024, Math.ceil((slot + 1) * 1.25));
      this.#lastAt = shareWords(capacity, this.#lastAt);
      this.#samples = shareWords(capacity, this.#samples);
    }
    this.#lastAt[slot] = at;
    this.#samples[slot] = counted;
  }

  /** Writes an entry of each series that has chunks, in order of number. */
  write(writer: ByteWriter, table: SeriesTable): Pick<Trailer, 'entryCount' | 'idEnd'> {
    let entryCount = 0;
    let idEnd = 0;
    for (const id of table.allIds()) {
      const slot = table.ids.find(id);
      if (this.lastAt(slot) === 0) continue;
      const entry = this.find(slot);
      writer.word(id);
      writer.word(entry.lastAt);
      writer.word(indexedSamples(entry));
      entryCount++;
      idEnd = id + 1;
    }
    return { entryCount, idEnd };
  }

  get memoryBytes(): number {
    return this.#lastAt.byteLength * 2;
  }
}

/** The name of a chunk file. */
function formatSeq(seq: number): string {
  return String(seq).padStart(6, '0');
}

/** The number in a chunk file's name, or undefined for any other file. */
export function parseSeq(name: string): number | undefined {
  return /^\d{6,10}$/.test(name) ? Number(name) : undefined;
}

/** Whether a file comes after another: by window, then by number. */
export function isLater(a: ChunkFile, b: ChunkFile): boolean {
  return a.windowStartMs !== b.windowStartMs ? a.windowStartMs > b.windowStartMs : a.seq > b.seq;
}
