/**
 * Reading: selections, estimates and what labels there are.
 *
 * A series' samples lie in files (the oldest), then in closed chunks, then in the open one, and no
 * part reaches into the time of the next. A selection of the last minutes, which most are, touches
 * the open chunk only.
 *
 * The same code reads in the thread that writes and in others (changes.ts). There, a query sees
 * what was visible when it began and nothing that came later (ReadView), so that it finds a scrape
 * whole or not at all; and as it reads files outside of the guard, chunks may move from memory to a
 * file in between, which shows in memory's start and makes it read that series again.
 */
import type { Labels, Matcher, Samples } from '../series/index.ts';
import { unavailable } from '../platform/index.ts';
import type { ReadGuard } from './changes.ts';
import { MergedSamples } from './block/merged-samples.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Head } from './head.ts';
import { type LabelsOf, LabelSource } from './label-source.ts';
import {
  ESTIMATE_LOOK_UPS_MAX as LOOK_UPS_MAX,
  ESTIMATE_SERIES_MAX,
  MOVED_CHUNKS_TRIES_MAX,
  SELECT_BLOCK,
  SELECT_WARM,
} from './limits.ts';
import { estimateMatchWork } from './matching.ts';
import { MemoryReader, type Series } from './memory-reader.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { SampleCounts } from './sample-counts.ts';
import { SelectionCache, type SlotOrder } from './selection-cache.ts';
import type { ChunkWords } from './xor-decode.ts';

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
  /**
   * Of each series only whether it is there matters: whether the newest sample in the range is a
   * staleness marker. The sample given may then be any in the range, and its value anything.
   */
  readonly presenceOnly?: boolean;
  /**
   * Of each series only how many samples it has that are no staleness markers matters. Where the
   * index tells, the samples are left out and their count is given.
   */
  readonly countOnly?: boolean;
  /** Only these labels are wanted. Series that agree in them are given the same object. */
  readonly labelNames?: readonly string[];
}

/** One series of a selection. The samples' memory is used again for the next series. */
export interface SelectedSeries {
  /** The series' number, the same for as long as this process keeps it. */
  readonly ref: number;
  readonly labels: Labels;
  readonly samples: Samples;
  /** When the counter behind each sample began, 0 where unknown; absent: unknown for all. */
  readonly startTimesMs?: Float64Array;
  /** Where only counts matter and the samples are left out: how many there are, above 0. */
  readonly sampleCount?: number;
}

/** Samples, and when their counters began where that is known. */
interface SampleRun extends Samples {
  readonly startTimesMs: Float64Array | undefined;
}

/** An upper estimate of a selection. */
export interface Estimate {
  readonly seriesCount: number;
  readonly sampleCount: number;
}

/** What a reader in another thread may see. */
export interface ReadView {
  /** Series from this number on are too new. */
  readonly idEnd: number;
  /** By slot: samples after this time are too new. */
  readonly visibleMs: Float64Array | undefined;
}

/** Where samples are left out. */
const LEFT_OUT = new SampleBuffer();

const SEE_ALL: ReadView = { idEnd: Infinity, visibleMs: undefined };

export class Reader {
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #matches: SelectionCache;
  readonly #guard: ReadGuard;
  readonly #merged = new MergedSamples();
  readonly #labels: LabelSource;
  readonly #memory: MemoryReader;
  readonly #counts: SampleCounts;
  view: ReadView = SEE_ALL;

  constructor(head: Head, files: ChunkFiles, order: SlotOrder = head.order) {
    this.#head = head;
    this.#files = files;
    this.#guard = head.table.guard;
    this.#matches = new SelectionCache(head.table, order);
    this.#labels = new LabelSource(head.table);
    this.#memory = new MemoryReader(head);
    this.#counts = new SampleCounts(head, files);
  }

  /** The matching series with samples in the range, in order of labels. */
  *select(range: SelectRange): IterableIterator<SelectedSeries> {
    const { table } = this.#head;
    const slots = this.#slotsIn(range);
    // Series may vanish while the caller takes its time; a slot then belongs to nobody or another.
    const ids = slots.map((slot) => table.idOf[slot]);
    const labelsOf = this.#labels.open(range.labelNames);
    const isIndexed = range.presenceOnly === true || range.countOnly === true;
    const buffer = new SampleBuffer();
    for (let from = 0; from < slots.length; from += SELECT_BLOCK) {
      const block = {
        slots: slots.subarray(from, from + SELECT_BLOCK),
        ids: ids.subarray(from, from + SELECT_BLOCK),
      };
      const { labels, known } = this.#lookAt(block, range, labelsOf);
      for (let i = 0; i < labels.length; i++) {
        if (i % SELECT_WARM === 0 && !isIndexed) {
          const ahead = block.slots.subarray(i, i + SELECT_WARM);
          this.#memory.warm(ahead, range.fromMs, range.newestOnly === true);
        }
        const own = labels[i];
        if (own === undefined) continue;
        const id = block.ids[i];
        if (!Number.isNaN(known[i])) {
          yield { ref: id, labels: own, ...fromIndex(range, known[i], buffer) };
          continue;
        }
        const run = this.#readSeries({ slot: block.slots[i], id }, range, buffer);
        if (run.count === 0) continue;
        yield { ref: id, labels: own, samples: run, startTimesMs: run.startTimesMs };
      }
    }
  }

  /**
   * What the index says of some series: labels, undefined where one is left out, and, where
   * only presence matters, a time at which a series is there, or, where only counts matter, how many
   * samples it has; NaN where its samples tell.
   */
  #lookAt(
    { slots, ids }: { readonly slots: Uint32Array; readonly ids: Uint32Array },
    range: SelectRange,
    labelsOf: LabelsOf,
  ): { readonly labels: readonly (Labels | undefined)[]; readonly known: Float64Array } {
    const { table } = this.#head;
    const labels: (Labels | undefined)[] = [];
    const known = new Float64Array(slots.length).fill(Number.NaN);
    const { presenceOnly = false, countOnly = false } = range;
    this.#guard.read(() => {
      for (let i = 0; i < slots.length; i++) {
        const isSeen = ids[i] < this.view.idEnd && table.idOf[slots[i]] === ids[i];
        labels[i] = isSeen ? labelsOf(slots[i], ids[i]) : undefined;
        if (!isSeen) continue;
        if (countOnly) known[i] = this.#countKnown(slots[i], range);
        else if (presenceOnly) known[i] = this.#liveTime(slots[i], range);
        if (countOnly && known[i] === 0) labels[i] = undefined;
      }
    });
    return { labels, known };
  }

  #liveTime(slot: number, { fromMs, toMs }: SelectRange): number {
    const { open, late } = this.#head;
    if (late.reaches(slot, fromMs)) return Number.NaN;
    const visibleMs = this.view.visibleMs?.[slot] ?? Infinity;
    return open.liveTime(slot, fromMs, Math.min(toMs, visibleMs));
  }

  #countKnown(slot: number, { fromMs, toMs }: SelectRange): number {
    const visibleMs = this.view.visibleMs?.[slot] ?? Infinity;
    return this.#counts.count(slot, { fromMs, toMs: Math.min(toMs, visibleMs) });
  }

  /** What a selection would read, at most; from the index alone. */
  estimate(range: SelectRange): Estimate {
    const slots = this.#slotsIn(range);
    if (range.newestOnly === true) return { seriesCount: slots.length, sampleCount: slots.length };
    // An even choice stands for all: the index of chunks in files is partly on disk.
    const lookUps = slots.length * Math.max(1, this.#files.countIn(range));
    const step = Math.ceil(Math.max(1, slots.length / ESTIMATE_SERIES_MAX, lookUps / LOOK_UPS_MAX));
    let sampleCount = 0;
    let lookedAt = 0;
    for (let i = 0; i < slots.length; i += step) {
      sampleCount += this.#countSamples(slots[i], range);
      lookedAt++;
    }
    const scale = lookedAt === 0 ? 0 : slots.length / lookedAt;
    return { seriesCount: slots.length, sampleCount: Math.ceil(sampleCount * scale) };
  }

  /** What finding the series of a selection takes, at most (matching.ts); takes next to nothing. */
  estimateMatchWork(matchers: readonly Matcher[]): number {
    return estimateMatchWork(this.#head.table, matchers);
  }

  labelNames(range: SelectRange): readonly string[] {
    const { table } = this.#head;
    const names = new Set<string>();
    for (const pair of this.#pairsIn(range)) names.add(table.pairs.name(pair));
    names.delete('');
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
    const { table } = this.#head;
    return Array.from(this.#slotsIn(range), (slot) =>
      table.labelsIn(slot, table.idOf[slot]),
    ).filter((labels) => labels !== undefined);
  }

  /**
   * Slots of matching series whose first and last samples enclose some of the range, without those
   * that have ended before it matters; in order. All of it is in memory, so a series that is left
   * out costs a few comparisons, wherever its samples lie.
   */
  #slotsIn(range: SelectRange): Uint32Array {
    const slots = this.#matches.find(range.matchers);
    // Only now: columns may have been replaced while series were matched.
    const { open, late, firstMs } = this.#head;
    const { lastMs } = open;
    const { fromMs, toMs, liveFromMs = -Infinity } = range;
    // A loop and not `filter`, which collects a million numbers in a growing list of its own.
    const kept = new Uint32Array(slots.length);
    let count = 0;
    for (const slot of slots) {
      const isIn =
        (lastMs[slot] >= fromMs || late.reaches(slot, fromMs)) &&
        firstMs[slot] <= toMs &&
        (lastMs[slot] > liveFromMs || !open.endsStale(slot));
      if (isIn) kept[count++] = slot;
    }
    return kept.subarray(0, count);
  }

  /** Distinct pairs of the matching series. */
  #pairsIn(range: SelectRange): Iterable<number> {
    const { labels, pairs } = this.#head.table;
    const seen = new Uint8Array(pairs.capacity);
    const found: number[] = [];
    for (const slot of this.#slotsIn(range)) {
      const own = this.#guard.read(() => Array.from(labels.view(slot)));
      for (const pair of own) {
        if (seen[pair] === 0) found.push(pair);
        seen[pair] = 1;
      }
    }
    return found;
  }

  /** The series' samples in the range; none where it is gone. The buffer is used where it will do. */
  #readSeries(series: Series, range: SelectRange, buffer: SampleBuffer): SampleRun {
    const visibleMs = this.view.visibleMs?.[series.slot] ?? Infinity;
    const seen = visibleMs < range.toMs ? { ...range, toMs: visibleMs } : range;
    const isNewestOnly = range.newestOnly === true;
    const isRead = isNewestOnly
      ? this.#memory.readNewest(series, seen, buffer)
      : this.#memory.readWhole(series, seen, buffer);
    if (isRead) return buffer;
    for (let tries = 0; tries < MOVED_CHUNKS_TRIES_MAX; tries++) {
      buffer.clear();
      const inMemory: SampleBuffer[] = [];
      const late: SampleBuffer[] = [];
      // Late samples first: what of them goes to a file meanwhile is then found twice, not never.
      const startMs = this.#guard.read(() => {
        inMemory.length = 0;
        return this.#memory.readLate(series, seen, inMemory);
      });
      const hasLate = this.#head.late.reaches(series.slot, seen.fromMs);
      if (hasLate) this.#files.read(series, seen, { buffer, late });
      else if (seen.fromMs < startMs) this.#readStored(series, startMs, seen, buffer);
      const fromFiles = buffer.count;
      const isWhole = this.#guard.read(() => {
        buffer.truncate(fromFiles);
        return this.#memory.readRest(series, startMs, seen, buffer);
      });
      if (!isWhole) continue;
      // Of samples with one time the first that came counts, and files have the oldest.
      return this.#join(buffer, [...late, ...inMemory], isNewestOnly);
    }
    throw unavailable('TSDB_READ_FAILED', 'chunks move to files faster than they can be read');
  }

  /** Reads files of which it is known that they hold no late samples of the range. */
  #readStored(series: Series, startMs: number, range: SelectRange, buffer: SampleBuffer): void {
    const { fromMs, toMs } = range;
    if (range.newestOnly === true) {
      this.#files.read(series, { fromMs, toMs, enoughMs: toMs }, { buffer, late: [] });
      return;
    }
    const decode = (chunk: ChunkWords): void =>
      this.#memory.readStored(chunk, { ...series, memoryStartMs: startMs }, range, buffer);
    this.#files.read(series, { fromMs, toMs, enoughMs: fromMs }, { buffer, late: [], decode });
  }

  #join(buffer: SampleBuffer, late: readonly SampleBuffer[], isNewestOnly: boolean): SampleRun {
    const parts = [buffer, ...late].filter((part) => part.count > 0);
    if (parts.length <= 1) {
      const [only = buffer] = parts;
      if (isNewestOnly) only.keepNewest();
      return only;
    }
    if (isNewestOnly) for (const part of parts) part.keepNewest();
    const run = isNewestOnly ? newestOf(parts) : this.#merged;
    if (!isNewestOnly) this.#merged.merge(parts);
    return run;
  }

  #countSamples(slot: number, range: SelectRange): number {
    const { table } = this.#head;
    const startMs = this.#guard.read(() => this.#head.memoryStartMs(slot));
    const isStored = range.fromMs < startMs;
    const stored = isStored ? this.#files.count({ id: table.idOf[slot], slot }, range) : 0;
    return stored + this.#guard.read(() => this.#countInMemory(slot, range));
  }

  #countInMemory(slot: number, { fromMs, toMs }: SelectRange): number {
    const { open, closed } = this.#head;
    let count = 0;
    for (
      let entry = closed.firstOf[slot];
      closed.slot[entry] === slot;
      entry = closed.next[entry]
    ) {
      if (entry === 0) break;
      if (closed.lastMs[entry] < fromMs || closed.startMs[entry] > toMs) continue;
      count += closed.sampleCount[entry];
    }
    if (open.count[slot] > 0 && open.startMs[slot] <= toMs) count += open.count[slot];
    return this.#head.late.hasOpen(slot) ? count + this.#head.late.open.count[slot] : count;
  }
}

/** What stands for the samples of a series of which the index tells enough. */
function fromIndex(
  { countOnly = false }: SelectRange,
  known: number,
  buffer: SampleBuffer,
): Pick<SelectedSeries, 'samples' | 'sampleCount'> {
  if (countOnly) return { samples: LEFT_OUT, sampleCount: known };
  buffer.set(known, 0, 0, 0);
  return { samples: buffer };
}

/** That of several, each of one sample, whose sample is the newest; the first of equal ones. */
function newestOf(parts: readonly SampleBuffer[]): SampleBuffer {
  return parts.reduce((best, part) => (part.timesMs[0] > best.timesMs[0] ? part : best));
}
