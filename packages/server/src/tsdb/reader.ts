/**
 * Reading: selections, estimates and what labels there are.
 *
 * A series' samples lie in files (the oldest), then in closed chunks, then in the open one, and no
 * part reaches into the time of the next. A selection of the last minutes, which most are, touches
 * the open chunk only.
 */
import type { Labels, Matcher, Samples } from '../series/index.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Head } from './head.ts';
import { ESTIMATE_SERIES_MAX } from './limits.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { SelectionCache } from './selection-cache.ts';

/** What to read; as the query engine defines it. */
export interface SelectRange {
  readonly matchers: readonly Matcher[];
  /** Both ends inclusive, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only the newest sample of each series within the range is wanted, as for a query at one time. */
  readonly newestOnly?: boolean;
  /**
   * Series that have ended by this time may be left out: those whose newest sample of all is a
   * staleness marker, at this time or before.
   */
  readonly liveFromMs?: number;
}

/** One series of a selection. The samples' memory is used again for the next series. */
export interface SelectedSeries {
  /** The series' number, the same for as long as this process keeps it. */
  readonly ref: number;
  readonly labels: Labels;
  readonly samples: Samples;
}

/** An upper estimate of a selection. */
export interface Estimate {
  readonly seriesCount: number;
  readonly sampleCount: number;
}

export class Reader {
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #matches: SelectionCache;

  constructor(head: Head, files: ChunkFiles) {
    this.#head = head;
    this.#files = files;
    this.#matches = new SelectionCache(head.table, head.order);
  }

  /** The matching series with samples in the range, in order of labels. */
  *select(range: SelectRange): IterableIterator<SelectedSeries> {
    const { table } = this.#head;
    const slots = this.#slotsIn(range);
    // Series may vanish while the caller takes its time; a slot then belongs to nobody or another.
    const ids = slots.map((slot) => table.idOf[slot]);
    const buffer = new SampleBuffer();
    for (let i = 0; i < slots.length; i++) {
      if (table.idOf[slots[i]] !== ids[i]) continue;
      buffer.clear();
      if (range.newestOnly === true) this.#readNewest(slots[i], range, buffer);
      else this.#read(slots[i], range, buffer);
      if (buffer.count === 0) continue;
      yield { ref: ids[i], labels: table.labelsOf(slots[i]), samples: buffer };
    }
  }

  /** What a selection would read, at most; from the index alone. */
  estimate(range: SelectRange): Estimate {
    const slots = this.#slotsIn(range);
    if (range.newestOnly === true) return { seriesCount: slots.length, sampleCount: slots.length };
    // An even choice stands for all: the index of chunks in files is partly on disk.
    const step = Math.max(1, Math.ceil(slots.length / ESTIMATE_SERIES_MAX));
    let sampleCount = 0;
    let lookedAt = 0;
    for (let i = 0; i < slots.length; i += step) {
      sampleCount += this.#countSamples(slots[i], range);
      lookedAt++;
    }
    const scale = lookedAt === 0 ? 0 : slots.length / lookedAt;
    return { seriesCount: slots.length, sampleCount: Math.ceil(sampleCount * scale) };
  }

  labelNames(range: SelectRange): readonly string[] {
    const { table } = this.#head;
    const names = new Set<string>();
    for (const pair of this.#pairsIn(range)) names.add(table.pairs.name(pair));
    return [...names].sort();
  }

  labelValues(name: string, range: SelectRange): readonly string[] {
    const { table } = this.#head;
    const values: string[] = [];
    for (const pair of this.#pairsIn(range)) {
      if (table.pairs.name(pair) === name) values.push(table.pairs.value(pair));
    }
    return values.sort();
  }

  /** Label sets of the matching series, in order. */
  series(range: SelectRange): readonly Labels[] {
    return Array.from(this.#slotsIn(range), (slot) => this.#head.table.labelsOf(slot));
  }

  /**
   * Slots of matching series whose first and last samples enclose some of the range, without those
   * that have ended before it matters; in order. All of it is in memory, so a series that is left
   * out costs a few comparisons, wherever its samples lie.
   */
  #slotsIn(range: SelectRange): Uint32Array {
    const { open, firstMs } = this.#head;
    const { lastMs } = open;
    const { fromMs, toMs, liveFromMs = -Infinity } = range;
    return this.#matches
      .find(range.matchers)
      .filter(
        (slot) =>
          lastMs[slot] >= fromMs &&
          firstMs[slot] <= toMs &&
          (lastMs[slot] > liveFromMs || !open.endsStale(slot)),
      );
  }

  /** Distinct pairs of the matching series. */
  #pairsIn(range: SelectRange): Iterable<number> {
    const { labels, pairs } = this.#head.table;
    const seen = new Uint8Array(pairs.capacity);
    const found: number[] = [];
    for (const slot of this.#slotsIn(range)) {
      const count = labels.count(slot);
      for (let i = 0; i < count; i++) {
        const pair = labels.get(slot, i);
        if (seen[pair] === 0) found.push(pair);
        seen[pair] = 1;
      }
    }
    return found;
  }

  /** The encoder knows the newest sample of an open chunk, so that one needs no decoding. */
  #readNewest(slot: number, range: SelectRange, buffer: SampleBuffer): void {
    const { open } = this.#head;
    const isOpen = open.count[slot] > 0 && open.lastMs[slot] <= range.toMs;
    if (isOpen) {
      buffer.set(open.lastMs[slot], open.lastLow[slot], open.lastHigh[slot]);
    } else {
      this.#read(slot, range, buffer);
      buffer.keepNewest();
    }
  }

  #read(slot: number, range: SelectRange, buffer: SampleBuffer): void {
    const { open, closed, table } = this.#head;
    const { fromMs, toMs } = range;
    if (fromMs < this.#head.memoryStartMs(slot)) {
      this.#files.read({ id: table.idOf[slot], slot }, range, buffer);
    }
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.lastMs[entry] < fromMs || closed.startMs[entry] > toMs) continue;
      buffer.decode(this.#head.closedChunk(entry), fromMs, toMs);
    }
    if (open.count[slot] > 0 && open.startMs[slot] <= toMs) {
      buffer.decode(this.#head.openChunk(slot), fromMs, toMs);
    }
  }

  #countSamples(slot: number, range: SelectRange): number {
    const { open, closed, table } = this.#head;
    const { fromMs, toMs } = range;
    let count = 0;
    if (fromMs < this.#head.memoryStartMs(slot)) {
      count += this.#files.count({ id: table.idOf[slot], slot }, range);
    }
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.lastMs[entry] < fromMs || closed.startMs[entry] > toMs) continue;
      count += closed.sampleCount[entry];
    }
    if (open.count[slot] > 0 && open.startMs[slot] <= toMs) count += open.count[slot];
    return count;
  }
}
