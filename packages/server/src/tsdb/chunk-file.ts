/** One chunk file: where it is, what it holds, and, while it grows, the last chunk of each series. */
import { join } from 'node:path';
import type { Trailer } from './chunk-format.ts';
import type { DiskFile } from './disk.ts';
import { growWords } from './grow.ts';
import { WINDOW_MS } from './limits.ts';

export class ChunkFile {
  readonly seq: number;
  readonly name: string;
  readonly path: string;
  readonly windowStartMs: number;
  /** Bytes of good content; the next chunk goes there. */
  sizeBytes: number;
  sampleCount = 0;
  /** Open for writing while the file grows, else for reading, else not open. */
  handle: DiskFile | undefined;
  /** How much of it is known to be durable. */
  syncedBytes = 0;
  /** A failure to read it was logged; one line for each file is enough. */
  isReported = false;
  /** Set once the file is sealed. */
  trailer: Trailer | undefined;
  /** Set while the file grows. */
  index: GrowingIndex | undefined;

  constructor(place: {
    readonly dir: string;
    readonly seq: number;
    readonly windowStartMs: number;
    readonly sizeBytes: number;
  }) {
    this.seq = place.seq;
    this.name = formatSeq(place.seq);
    this.path = join(place.dir, this.name);
    this.windowStartMs = place.windowStartMs;
    this.sizeBytes = place.sizeBytes;
  }

  /** Written to since it was last made durable. */
  get isDirty(): boolean {
    return this.syncedBytes !== this.sizeBytes;
  }

  get windowEndMs(): number {
    return this.windowStartMs + WINDOW_MS;
  }
}

/** By slot: the last chunk of a series in a file, and its samples there. */
export class GrowingIndex {
  #lastAt = new Uint32Array(0);
  #samples = new Uint32Array(0);

  /** Where the last chunk of a slot begins; 0 for none. */
  lastAt(slot: number): number {
    return slot < this.#lastAt.length ? this.#lastAt[slot] : 0;
  }

  samples(slot: number): number {
    return slot < this.#samples.length ? this.#samples[slot] : 0;
  }

  set(slot: number, lastAt: number, samples: number): void {
    if (slot >= this.#lastAt.length) {
      const capacity = Math.max(1024, Math.ceil((slot + 1) * 1.25));
      this.#lastAt = growWords(this.#lastAt, capacity);
      this.#samples = growWords(this.#samples, capacity);
    }
    this.#lastAt[slot] = lastAt;
    this.#samples[slot] = samples;
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
