/**
 * Makes one block of several, or a block without what was deleted from it.
 *
 * The symbols of all sources are joined first. From then on series are compared and written by the
 * numbers of their symbols in the new block, never as text. Chunks are copied byte by byte unless
 * they overlap or lose samples.
 */
import { errorMessage } from '../../platform/index.ts';
import type { Disk } from '../disk.ts';
import type { Block } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { ChunkJoiner, type JoinedChunk } from './chunk-joiner.ts';
import type { SegmentReader } from './chunk-segments.ts';
import type { BlockMeta } from './meta.ts';
import { compareNumbers } from './number-order.ts';
import { sortUtf8InSlices } from './text-order.ts';
import type { Interval } from './tombstones.ts';

const NO_INTERVALS: readonly Interval[] = [];

/**
 * Writes the block and answers what it says of itself; undefined where nothing is left. Gives way
 * after each chunk. Throws `BlockDamage`, and the system's error; then there is no new block.
 */
export async function* compactBlocks(options: {
  readonly disk: Disk;
  readonly parent: string;
  readonly ulid: string;
  readonly sources: readonly Block[];
  /** Whether the new block may have dense chunks, which only Nines reads. */
  readonly isDense: boolean;
}): AsyncGenerator<void, BlockMeta | undefined> {
  const { sources, isDense } = options;
  const everyMs = sources.at(0)?.meta.everyMs;
  const joiner =
    everyMs !== undefined
      ? await createAggregateJoiner(everyMs)
      : isDense
        ? await createDenseJoiner()
        : new ChunkJoiner();
  const symbols = yield* joinSymbols(sources);
  const symbolOf = new Map<string, number>();
  for (const text of symbols) {
    symbolOf.set(text, symbolOf.size);
    yield;
  }
  const writer = new BlockWriter({ ...options, symbols });
  const readers: SourceCursor[] = [];
  let isDone = false;
  try {
    for (const source of sources) readers.push(new SourceCursor(source, symbolOf));
    for (;;) {
      const smallest = findSmallest(readers);
      if (smallest === undefined) break;
      const { labels } = smallest;
      const sharing = readers.filter((reader) => compareNumbers(reader.labels, labels) === 0);
      for (const chunk of joiner.join(sharing.flatMap((reader) => reader.chunks()))) {
        writer.addChunk(chunk);
        yield;
      }
      writer.endSeries(labels);
      for (const reader of sharing) reader.advance();
      yield;
    }
    for (const _ of writer.finish()) yield;
    const meta = await writer.commit(originOf(sources));
    isDone = true;
    return meta;
  } finally {
    for (const reader of readers) reader.close();
    if (!isDone) writer.abort();
  }
}

/** What encodes is loaded when the first block is old enough. */
async function createDenseJoiner() {
  const { DenseJoiner } = await import('./dense-joiner.ts');
  return new DenseJoiner();
}

/** The same for blocks of aggregates, which most stores have none of. */
async function createAggregateJoiner(everyMs: number) {
  const { AggregateJoiner } = await import('../aggregate/aggregate-joiner.ts');
  return new AggregateJoiner(everyMs);
}

/** The texts of all sources, in order; gives way now and then. */
export function* joinSymbols(sources: readonly Block[]): Generator<void, readonly string[]> {
  const texts = new Set<string>();
  for (const source of sources) {
    for (const text of source.index().symbols.all()) {
      texts.add(text);
      yield;
    }
  }
  return yield* sortUtf8InSlices([...texts]);
}

function originOf(sources: readonly Block[]) {
  const metas = sources.map((source) => source.meta);
  const highest = Math.max(...metas.map((meta) => meta.level));
  return {
    // A block that is only rewritten stays what it is.
    level: sources.length > 1 ? highest + 1 : highest,
    sources: [...new Set(metas.flatMap((meta) => meta.sources))].sort(),
    parents: metas.map(({ ulid, minTimeMs, maxTimeMs }) => ({
      ulid,
      minTime: minTimeMs,
      maxTime: maxTimeMs,
    })),
    chunkFiles: [],
    everyMs: metas.at(0)?.everyMs,
    minTimeMs: Math.min(...metas.map((meta) => meta.minTimeMs)),
    maxTimeMs: Math.max(...metas.map((meta) => meta.maxTimeMs)),
  };
}

/** A block that cannot be read whole, so that it cannot become part of another. */
export class SourceDamage extends Error {
  readonly block: Block;

  constructor(block: Block, cause: unknown) {
    super(`${block.dir}: ${errorMessage(cause)}`, { cause });
    this.name = 'SourceDamage';
    this.block = block;
  }
}

/** All series of one source in order, by the symbols of the new block. */
class SourceCursor {
  readonly #block: Block;
  readonly #segments: SegmentReader;
  /** By number of a symbol of the source: that of the new block. */
  readonly #symbolOf: Uint32Array;
  readonly #ids: Uint32Array;
  #next = 0;
  #id = 0;
  /** Of the series at hand; empty after the last. */
  labels: readonly number[] = [];
  isAtEnd = false;

  constructor(block: Block, symbolOf: ReadonlyMap<string, number>) {
    this.#block = block;
    const { table, symbols } = block.index();
    this.#symbolOf = Uint32Array.from(symbols.all(), (text) => symbolOf.get(text) ?? 0);
    const place = table.find('', '');
    this.#ids = place === undefined ? new Uint32Array(0) : table.postings(place);
    this.#segments = block.openSequential();
    this.advance();
  }

  /** Throws `SourceDamage`. */
  advance(): void {
    this.#guard(() => this.#step());
  }

  #guard<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw new SourceDamage(this.#block, cause);
    }
  }

  #step(): void {
    this.isAtEnd = this.#next >= this.#ids.length;
    if (this.isAtEnd) {
      this.labels = [];
      return;
    }
    this.#id = this.#ids[this.#next++];
    this.labels = this.#block
      .index()
      .series(this.#id)
      .labels.map((symbol) => this.#symbolOf[symbol]);
  }

  /** The chunks of the series at hand, with memory of their own. Throws `SourceDamage`. */
  chunks(): readonly JoinedChunk[] {
    return this.#guard(() => this.#readChunks());
  }

  #readChunks(): readonly JoinedChunk[] {
    const gone = this.#block.tombstones.get(this.#id) ?? NO_INTERVALS;
    const { minMs, maxMs, refs } = this.#block.index().series(this.#id);
    return refs.map((ref, i) => {
      const { encoding, data } = this.#segments.read(ref);
      const counterStartMs = this.#block.counterStartMs(ref);
      const times = { minMs: minMs[i], maxMs: maxMs[i], counterStartMs };
      const hasMarker = this.#mayHaveMarker(ref);
      return { encoding, data: data.slice(), ...times, hasMarker, gone };
    });
  }

  /** Where counts are damaged, nothing else is: then it is not known, which is always right. */
  #mayHaveMarker(ref: number): boolean {
    try {
      return Number.isNaN(this.#block.knownCount(ref));
    } catch {
      return true;
    }
  }

  close(): void {
    this.#segments.close();
  }
}

function findSmallest(readers: readonly SourceCursor[]): SourceCursor | undefined {
  let smallest: SourceCursor | undefined;
  for (const reader of readers) {
    if (reader.isAtEnd) continue;
    const isFirst = smallest === undefined || compareNumbers(reader.labels, smallest.labels) < 0;
    if (isFirst) smallest = reader;
  }
  return smallest;
}
