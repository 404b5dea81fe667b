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
import type { Aggregates, Labels, Matcher, Samples } from '../series/index.ts';
import { unavailable } from '../platform/index.ts';
import type { ReadGuard } from './changes.ts';
import { MergedSamples } from './block/merged-samples.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Head } from './head.ts';
import { LabelSource } from './label-source.ts';
import {
  ESTIMATE_LOOK_UPS_MAX as LOOK_UPS_MAX,
  ESTIMATE_SERIES_MAX,
  MOVED_CHUNKS_TRIES_MAX,
  PLACES_MAX,
  SELECT_BLOCK,
  SELECT_WARM,
} from './limits.ts';
import { estimateMatchWork } from './matching.ts';
import { MemoryReader, type Series } from './memory-reader.ts';
import { PresenceRuns } from './presence-runs.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { SampleCounts, type StoredBefore } from './sample-counts.ts';
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
   * staleness marker. The sample given may then be any in the range, and its value anything; and
   * series in a row that are given the same labels may be given as one.
   */
  readonly presenceOnly?: boolean;
  /**
   * Of each series only how many samples it has that are no staleness markers matters. Where the
   * index tells, the samples are left out and their count is given.
   */
  readonly countOnly?: boolean;
  /** Whose counts are not wanted of the head with it: blocks count them. */
  readonly countedBefore?: StoredBefore | undefined;
  /** Only these labels are wanted. Series that agree in them are given the same object. */
  readonly labelNames?: readonly string[];
  /** Whether aggregates are wanted of the times of which there are no samples any more. */
  readonly withAggregates?: boolean;
  /** The series are wanted in no order. */
  readonly anyOrder?: boolean;
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
  /**
   * How many series these are that agree in all labels asked for and are all there; only where
   * presence alone was asked for. One where it is left out.
   */
  readonly seriesCount?: number;
  /** What is known of the times before the samples, where that was asked for. */
  readonly aggregates?: Aggregates;
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

/** What an estimate found, and when: of a view, or of a store that changes. */
interface EstimatedSelection {
  readonly range: SelectRange;
  readonly slots: Uint32Array;
  readonly view: ReadView;
  readonly changeCount: number;
}

/** A selection whose series are being read. */
interface SelectionRead extends SelectRange {
  /** Whether readers remember where in their chunks they were (memory-reader.ts). */
  readonly keepsPlaces: boolean;
}

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
  /** The series at hand and its times: objects of their own would be most of what is thrown away. */
  readonly #series = { slot: 0, id: 0 };
  readonly #seen = { fromMs: 0, toMs: 0 };
  view: ReadView = SEE_ALL;
  /**
   * What the last estimate found, for the selection that mostly follows at once. Kept for one, so
   * that nothing large stays.
   */
  #estimated: EstimatedSelection | undefined;

  constructor(head: Head, files: ChunkFiles, order: SlotOrder = head.order) {
    this.#head = head;
    this.#files = files;
    this.#guard = head.table.guard;
    this.#matches = new SelectionCache(head.table, order);
    this.#labels = new LabelSource(head.table);
    this.#memory = new MemoryReader(head);
    this.#counts = new SampleCounts(head, files);
  }

  /** The matching series with samples in the range; in order of labels, if one is wanted. */
  select(range: SelectRange): IterableIterator<SelectedSeries> {
    return range.presenceOnly === true ? this.#selectPresent(range) : this.#selectSamples(range);
  }

  *#selectSamples(range: SelectRange): IterableIterator<SelectedSeries> {
    const { slots, ids } = this.#seriesIn(range);
    const read = { ...range, keepsPlaces: slots.length <= PLACES_MAX };
    const labelsOf = this.#labels.open(range.labelNames);
    const buffer = new SampleBuffer();
    const labels: (Labels | undefined)[] = [];
    /** How many samples each has, where nothing else matters; NaN where its samples tell. */
    const counts = new Float64Array(SELECT_BLOCK);
    const { countOnly = false } = range;
    for (let from = 0; from < slots.length; from += SELECT_BLOCK) {
      const end = Math.min(slots.length, from + SELECT_BLOCK);
      this.#guard.read(() => {
        for (let i = from; i < end; i++) {
          const isSeen = this.#isSeen(slots[i], ids[i]);
          labels[i - from] = isSeen ? labelsOf(slots[i], ids[i]) : undefined;
          if (isSeen && countOnly) counts[i - from] = this.#countKnown(slots[i], range);
        }
      });
      for (let i = from; i < end; i++) {
        if ((i - from) % SELECT_WARM === 0 && !countOnly) {
          const ahead = slots.subarray(i, Math.min(end, i + SELECT_WARM));
          this.#memory.warm(ahead, range.fromMs, range.newestOnly === true);
        }
        const own = labels[i - from];
        if (own === undefined) continue;
        const ref = ids[i];
        const sampleCount = countOnly ? counts[i - from] : Number.NaN;
        if (sampleCount === 0) continue;
        if (sampleCount > 0) {
          yield { ref, labels: own, samples: LEFT_OUT, sampleCount };
          continue;
        }
        const run = this.#readSeries(slots[i], ref, read, buffer);
        if (run.count === 0) continue;
        yield { ref, labels: own, samples: run, startTimesMs: run.startTimesMs };
      }
    }
  }

  /**
   * The same where only presence matters. The index nearly always tells that a series is there, and
   * those in a row that share their labels are one: of a million series a thousand are given.
   */
  *#selectPresent(range: SelectRange): IterableIterator<SelectedSeries> {
    const { slots, ids } = this.#seriesIn(range);
    const read = { ...range, keepsPlaces: slots.length <= PLACES_MAX };
    const labelsOf = this.#labels.open(range.labelNames);
    const buffer = new SampleBuffer();
    const runs = new PresenceRuns();
    for (let from = 0; from < slots.length; from += SELECT_BLOCK) {
      const end = Math.min(slots.length, from + SELECT_BLOCK);
      this.#guard.read(() => {
        runs.clear();
        for (let i = from; i < end; i++) {
          if (!this.#isSeen(slots[i], ids[i])) continue;
          runs.add(i, labelsOf(slots[i], ids[i]), this.#liveTime(slots[i], range));
        }
      });
      for (let i = 0; i < runs.count; i++) {
        const ref = ids[runs.first[i]];
        const labels = runs.labels[i];
        if (runs.liveMs[i] > -Infinity) {
          buffer.set(runs.liveMs[i], 0, 0, 0);
          const seriesCount = runs.seriesCount[i];
          yield { ref, labels, samples: buffer, startTimesMs: undefined, seriesCount };
          continue;
        }
        const run = this.#readSeries(slots[runs.first[i]], ref, read, buffer);
        if (run.count === 0) continue;
        yield { ref, labels, samples: run, startTimesMs: run.startTimesMs };
      }
    }
  }

  /** Whether a slot is still that of a series, which this reader may see. */
  #isSeen(slot: number, id: number): boolean {
    return id < this.view.idEnd && this.#head.table.idOf[slot] === id;
  }

  /**
   * The series of a selection. They may vanish while the caller takes its time, and a slot then
   * belongs to nobody or another, which the numbers show.
   */
  #seriesIn(range: SelectRange): { readonly slots: Uint32Array; readonly ids: Uint32Array } {
    const { table } = this.#head;
    const slots = this.#takeEstimated(range) ?? this.#slotsIn(range);
    const ids = new Uint32Array(slots.length);
    for (let i = 0; i < slots.length; i++) ids[i] = table.idOf[slots[i]];
    return { slots, ids };
  }

  /** What an estimate of the very same selection found, if nothing has changed since. */
  #takeEstimated(range: SelectRange): Uint32Array | undefined {
    const found = this.#estimated;
    this.#estimated = undefined;
    const isSame =
      found !== undefined &&
      found.range.matchers === range.matchers &&
      found.range.fromMs === range.fromMs &&
      found.range.toMs === range.toMs &&
      found.range.liveFromMs === range.liveFromMs &&
      (found.range.anyOrder !== true || range.anyOrder === true) &&
      found.view === this.view &&
      found.changeCount === this.#head.changes.count;
    return isSame ? found.slots : undefined;
  }

  /** A time at which a series is there; NaN where only its samples tell. */
  #liveTime(slot: number, { fromMs, toMs }: SelectRange): number {
    const { open, late } = this.#head;
    if (late.reaches(slot, fromMs)) return Number.NaN;
    const visibleMs = this.view.visibleMs?.[slot] ?? Infinity;
    return open.liveTime(slot, fromMs, Math.min(toMs, visibleMs));
  }

  #countKnown(slot: number, { fromMs, toMs, countedBefore }: SelectRange): number {
    const visibleMs = this.view.visibleMs?.[slot] ?? Infinity;
    const seen = { fromMs, toMs: Math.min(toMs, visibleMs) };
    return this.#counts.count(slot, seen, countedBefore);
  }

  /** What a selection would read, at most; from the index alone. */
  estimate(range: SelectRange): Estimate {
    const slots = this.#slotsIn(range);
    const changeCount = this.#head.changes.count;
    this.#estimated = { range, slots, view: this.view, changeCount };
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
   * that have ended before it matters; in the wanted order. All of it is in memory, so a series that is left
   * out costs a few comparisons, wherever its samples lie.
   */
  #slotsIn(range: SelectRange): Uint32Array {
    const slots = this.#matches.find(range.matchers, range.anyOrder !== true);
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
      const own = this.#guard.read(() => labels.list(slot));
      for (const pair of own) {
        if (seen[pair] === 0) found.push(pair);
        seen[pair] = 1;
      }
    }
    return found;
  }

  /** The series' samples in the range; none where it is gone. The buffer is used where it will do. */
  #readSeries(slot: number, id: number, range: SelectionRead, buffer: SampleBuffer): SampleRun {
    const series = this.#series;
    const seen = this.#seen;
    const visibleMs = this.view.visibleMs?.[slot] ?? Infinity;
    this.#memory.keepsPlaces = range.keepsPlaces;
    series.slot = slot;
    series.id = id;
    seen.fromMs = range.fromMs;
    seen.toMs = Math.min(range.toMs, visibleMs);
    const isNewestOnly = range.newestOnly === true;
    const isRead = isNewestOnly
      ? this.#memory.readNewest(series, seen, buffer)
      : this.#memory.readWhole(series, seen, buffer);
    return isRead ? buffer : this.#readParts(series, { ...range, ...seen }, buffer);
  }

  /** The same of a series that is not in memory alone, or has late samples. */
  #readParts(series: Series, seen: SelectRange, buffer: SampleBuffer): SampleRun {
    const isNewestOnly = seen.newestOnly === true;
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

/** That of several, each of one sample, whose sample is the newest; the first of equal ones. */
function newestOf(parts: readonly SampleBuffer[]): SampleBuffer {
  return parts.reduce((best, part) => (part.timesMs[0] > best.timesMs[0] ? part : best));
}
