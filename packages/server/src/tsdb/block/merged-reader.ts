/**
 * Head and blocks read as one store: series in order of labels, each once, samples in order of
 * time, each once.
 *
 * A selection of the last hours, which most are, overlaps no block and goes to the head alone.
 */
import { compareLabels, createSamples, type Labels, type Samples } from '../../series/index.ts';
import type { Estimate, SelectedSeries, SelectRange } from '../reader.ts';
import type { StoredBefore } from '../sample-counts.ts';
import type { Block } from './block.ts';
import { BlockCursor } from './block-cursor.ts';
import type { Blocks } from './blocks.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { type MergedPart, MergedSamples } from './merged-samples.ts';

/** What of the head is read. */
export interface HeadSource {
  select(range: SelectRange): IterableIterator<SelectedSeries>;
  estimate(range: SelectRange): Estimate;
  labelNames(range: SelectRange): readonly string[];
  labelValues(name: string, range: SelectRange): readonly string[];
  series(range: SelectRange): readonly Labels[];
}

/** A head without series, for blocks alone. */
export const EMPTY_HEAD: HeadSource = {
  select: () => Iterator.from<SelectedSeries>([]),
  estimate: () => ({ seriesCount: 0, sampleCount: 0 }),
  labelNames: () => [],
  labelValues: () => [],
  series: () => [],
};

/** The number of a series that the head does not know. */
const NO_REF = 0;
/** Where only counts matter. */
const LEFT_OUT = createSamples(0);

type SeriesContent = Pick<SelectedSeries, 'samples' | 'startTimesMs' | 'sampleCount'>;

export class MergedReader {
  readonly #head: HeadSource;
  readonly #blocks: Blocks;
  readonly #decoder = new ChunkDecoder();

  constructor(head: HeadSource, blocks: Blocks) {
    this.#head = head;
    this.#blocks = blocks;
  }

  /** The matching series with samples in the range, in order of labels. */
  select(range: SelectRange): IterableIterator<SelectedSeries> {
    const blocks = this.#blocks.overlapping(range.fromMs, range.toMs);
    return blocks.length === 0 ? this.#head.select(range) : this.#selectMerged(range, blocks);
  }

  *#selectMerged(wanted: SelectRange, blocks: readonly Block[]): IterableIterator<SelectedSeries> {
    // By all of their labels and all of their samples, or the parts of a series do not meet.
    const { matchers, fromMs, toMs, newestOnly = false, countOnly = false } = wanted;
    const countedBefore = countOnly ? countedIn(blocks) : undefined;
    const counts = { countOnly: countedBefore !== undefined, countedBefore };
    const range: SelectRange = { matchers, fromMs, toMs, newestOnly, ...counts };
    const cursors = blocks.flatMap((block) => this.#cursor(block, range));
    // Nor without those that have ended in the head: they would come with what blocks have of them.
    const head = this.#head.select(range);
    const merged = new MergedSamples();
    let inHead = pull(head);
    for (;;) {
      const labels = smallestLabels(inHead?.labels, cursors);
      if (labels === undefined) return;
      const mine = inHead !== undefined && isSame(inHead.labels, labels) ? inHead : undefined;
      const sharing = cursors.filter((cursor) => isSame(cursor.labels, labels));
      const one =
        counts.countOnly && isCounted(mine)
          ? countParts(mine, sharing)
          : joinParts(collectParts(mine, sharing, newestOnly), merged);
      if (one !== undefined) yield { ...one, ref: mine?.ref ?? NO_REF, labels };
      if (mine !== undefined) inHead = pull(head);
      for (const cursor of sharing) this.#advance(cursor);
    }
  }

  #cursor(block: Block, range: SelectRange): readonly BlockCursor[] {
    const cursor = this.#blocks.guard(block, () => {
      const ids = this.#blocks.match(block, range.matchers);
      const onDamage = (error: unknown): void => this.#blocks.noteChunk(block, error);
      return new BlockCursor({ block, ids, range, decoder: this.#decoder, onDamage });
    });
    return cursor === undefined ? [] : [cursor];
  }

  #advance(cursor: BlockCursor): void {
    this.#blocks.guard(cursor.block, () => {
      // Stays so where the block turns out to be damaged.
      cursor.labels = undefined;
      cursor.advance();
    });
  }

  /** What a selection would read, at most; the count of series is that of the fullest part. */
  estimate(range: SelectRange): Estimate {
    const blocks = this.#blocks.overlapping(range.fromMs, range.toMs);
    // In the order in which the selection that mostly follows will want the head's series.
    const inHead = blocks.length === 0 ? range : { ...range, anyOrder: false };
    let { seriesCount, sampleCount } = this.#head.estimate(inHead);
    for (const block of blocks) {
      const ids = this.#blocks.guard(block, () => this.#blocks.match(block, range.matchers));
      if (ids === undefined) continue;
      seriesCount = Math.max(seriesCount, ids.length);
      sampleCount += range.newestOnly === true ? ids.length : ids.length * density(block, range);
    }
    return { seriesCount, sampleCount: Math.ceil(sampleCount) };
  }

  labelNames(range: SelectRange): readonly string[] {
    const blocks = this.#blocks.overlapping(range.fromMs, range.toMs);
    if (blocks.length === 0) return this.#head.labelNames(range);
    const names = new Set(this.#head.labelNames(range));
    for (const block of blocks) {
      this.#blocks.guard(block, () => {
        for (const name of this.#namesIn(block, range)) names.add(name);
      });
    }
    return [...names].sort();
  }

  #namesIn(block: Block, range: SelectRange): Iterable<string> {
    const index = block.index();
    if (range.matchers.length === 0) return index.table.names();
    const symbols = new Set<number>();
    for (const id of this.#blocks.match(block, range.matchers)) {
      const { labels } = index.series(id);
      for (let i = 0; i < labels.length; i += 2) symbols.add(labels[i]);
    }
    return Array.from(symbols, (symbol) => index.symbols.text(symbol));
  }

  labelValues(name: string, range: SelectRange): readonly string[] {
    const blocks = this.#blocks.overlapping(range.fromMs, range.toMs);
    if (blocks.length === 0) return this.#head.labelValues(name, range);
    const values = new Set(this.#head.labelValues(name, range));
    for (const block of blocks) {
      this.#blocks.guard(block, () => {
        for (const value of this.#valuesIn(block, name, range)) values.add(value);
      });
    }
    return [...values].sort();
  }

  #valuesIn(block: Block, name: string, range: SelectRange): Iterable<string> {
    const index = block.index();
    if (range.matchers.length === 0) {
      return Array.from(index.table.values(name), ({ value }) => value);
    }
    const ofName = new Map<number, boolean>();
    const symbols = new Set<number>();
    for (const id of this.#blocks.match(block, range.matchers)) {
      const { labels } = index.series(id);
      for (let i = 0; i < labels.length; i += 2) {
        const isOurs = ofName.get(labels[i]) ?? index.symbols.text(labels[i]) === name;
        ofName.set(labels[i], isOurs);
        if (isOurs) symbols.add(labels[i + 1]);
      }
    }
    return Array.from(symbols, (symbol) => index.symbols.text(symbol));
  }

  /** Label sets of the matching series, in order. */
  series(range: SelectRange): readonly Labels[] {
    const blocks = this.#blocks.overlapping(range.fromMs, range.toMs);
    const head = this.#head.series(range);
    if (blocks.length === 0) return head;
    const cursors = blocks.flatMap((block) => this.#cursor(block, range));
    const all: Labels[] = [];
    let at = 0;
    for (;;) {
      const labels = smallestLabels(head.at(at), cursors);
      if (labels === undefined) return all;
      all.push(labels);
      if (isSame(head.at(at), labels)) at++;
      for (const cursor of cursors) if (isSame(cursor.labels, labels)) this.#advance(cursor);
    }
  }
}

/** Samples of a series of a block in a range, on average. */
function density({ meta }: Block, { fromMs, toMs }: SelectRange): number {
  const { numSamples, numSeries } = meta.stats;
  const sharedMs = Math.min(toMs + 1, meta.maxTimeMs) - Math.max(fromMs, meta.minTimeMs);
  const share = Math.min(1, sharedMs / Math.max(1, meta.maxTimeMs - meta.minTimeMs));
  return (numSamples / Math.max(1, numSeries)) * share;
}

function smallestLabels(
  fromHead: Labels | undefined,
  cursors: readonly BlockCursor[],
): Labels | undefined {
  let smallest = fromHead;
  for (const { labels } of cursors) {
    if (labels === undefined) continue;
    if (smallest === undefined || compareLabels(labels, smallest) < 0) smallest = labels;
  }
  return smallest;
}

function isSame(a: Labels | undefined, b: Labels): boolean {
  return a === b || (a !== undefined && compareLabels(a, b) === 0);
}

function pull(head: Iterator<SelectedSeries>): SelectedSeries | undefined {
  const step = head.next();
  return step.done === true ? undefined : step.value;
}

/** What blocks count themselves; undefined where they cannot: some samples may be in two of them. */
function countedIn(blocks: readonly Block[]): StoredBefore | undefined {
  let untilMs = -Infinity;
  for (const { meta } of blocks) {
    if (meta.minTimeMs < untilMs) return undefined;
    untilMs = meta.maxTimeMs;
  }
  return { untilMs, chunkFiles: new Set(blocks.flatMap(({ meta }) => meta.chunkFiles)) };
}

/** Whether the head has told how many samples of a series it has, or has none. */
function isCounted(mine: SelectedSeries | undefined): boolean {
  return mine === undefined || mine.sampleCount !== undefined;
}

/** A series whose samples are left out. */
function countParts(
  mine: SelectedSeries | undefined,
  cursors: readonly BlockCursor[],
): SeriesContent | undefined {
  let sampleCount = mine?.sampleCount ?? 0;
  for (const cursor of cursors) sampleCount += cursor.count();
  return sampleCount === 0 ? undefined : { samples: LEFT_OUT, sampleCount };
}

/** The samples of a series, by where they lie. */
function collectParts(
  mine: SelectedSeries | undefined,
  cursors: readonly BlockCursor[],
  newestOnly: boolean,
): readonly MergedPart[] {
  const parts: MergedPart[] = mine === undefined ? [] : [partOf(mine)];
  if (newestOnly) readNewest(cursors, parts);
  else for (const cursor of cursors) parts.push(cursor.read());
  return parts;
}

/** Looks into blocks from the newest on, as long as they may have something newer. */
function readNewest(cursors: readonly BlockCursor[], parts: MergedPart[]): void {
  const first = parts.at(0);
  let newestMs = first === undefined ? -Infinity : first.timesMs[first.count - 1];
  const newestFirst = [...cursors].sort((a, b) => b.block.meta.maxTimeMs - a.block.meta.maxTimeMs);
  for (const cursor of newestFirst) {
    if (cursor.block.meta.maxTimeMs <= newestMs) return;
    const samples = cursor.readNewest();
    if (samples.count === 0 || samples.timesMs[0] <= newestMs) continue;
    newestMs = samples.timesMs[0];
    parts.length = 0;
    parts.push(samples);
  }
}

/** The head's samples with their start times; these stand beside them there. */
export function partOf({ samples, startTimesMs }: SelectedSeries): MergedPart {
  return startTimesMs === undefined ? samples : { ...plain(samples), startTimesMs };
}

function plain({ count, timesMs, values, bits, histograms }: Samples): Samples {
  return { count, timesMs, values, bits, histograms };
}

function joinParts(parts: readonly MergedPart[], merged: MergedSamples): SeriesContent | undefined {
  const filled = parts.filter((part) => part.count > 0);
  if (filled.length === 0) return undefined;
  const [only] = filled;
  if (filled.length > 1) merged.merge(filled);
  const samples = filled.length > 1 ? merged : only;
  return { samples, startTimesMs: samples.startTimesMs };
}
