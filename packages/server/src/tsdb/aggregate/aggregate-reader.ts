/**
 * Samples where there are some, aggregates for the times before: read as one store.
 *
 * Each time is answered from one place, the finest that has it (tiers), so that nothing counts twice.
 * Who does not ask for aggregates sees samples only.
 */
import {
  type Aggregates,
  type AggregateTier,
  compareLabels,
  createSamples,
  type Labels,
} from '../../series/index.ts';
import type { Block } from '../block/block.ts';
import type { Blocks } from '../block/blocks.ts';
import { EMPTY_HEAD, MergedReader } from '../block/merged-reader.ts';
import type { Estimate, SelectedSeries, SelectRange } from '../reader.ts';
import { AggregateDecoder } from './aggregate-chunk.ts';
import { AggregateColumns, mergeAggregates } from './aggregate-columns.ts';
import { AggregateCursor, isAt } from './aggregate-cursor.ts';

/** The blocks of one length of intervals. */
export interface AggregateLevel {
  readonly everyMs: number;
  readonly blocks: Blocks;
}

const NO_SAMPLES = createSamples(0);
const NO_REF = 0;

export class AggregateReader {
  readonly #base: MergedReader;
  readonly #levels: readonly AggregateLevel[];
  /** Know of labels and counts; aggregates are no samples, so nothing is selected from them. */
  readonly #labels: readonly MergedReader[];
  readonly #tiers: () => readonly AggregateTier[];
  readonly #decoder = new AggregateDecoder();

  constructor(
    base: MergedReader,
    levels: readonly AggregateLevel[],
    tiers: () => readonly AggregateTier[],
  ) {
    this.#base = base;
    this.#levels = levels;
    this.#labels = levels.map(({ blocks }) => new MergedReader(EMPTY_HEAD, blocks));
    this.#tiers = tiers;
  }

  /** Which times have aggregates only, the oldest first. */
  tiers(): readonly AggregateTier[] {
    return this.#tiers();
  }

  select(range: SelectRange): IterableIterator<SelectedSeries> {
    const tiers = range.withAggregates === true ? this.#tiers() : [];
    const untilMs = tiers.at(-1)?.untilMs ?? -Infinity;
    return range.fromMs > untilMs ? this.#base.select(range) : this.#selectBoth(range, tiers);
  }

  *#selectBoth(
    range: SelectRange,
    tiers: readonly AggregateTier[],
  ): IterableIterator<SelectedSeries> {
    const { matchers, toMs, newestOnly = false } = range;
    const untilMs = tiers.at(-1)?.untilMs ?? -Infinity;
    const cursors = this.#openCursors(range, tiers);
    const samples =
      toMs > untilMs
        ? this.#base.select({ matchers, fromMs: untilMs + 1, toMs, newestOnly })
        : Iterator.from<SelectedSeries>([]);
    const merged = new AggregateColumns();
    let next = pull(samples);
    for (;;) {
      const labels = smallest(next?.labels, cursors);
      if (labels === undefined) return;
      const isSampled = next !== undefined && compareLabels(next.labels, labels) === 0;
      const sharing = cursors.filter((cursor) => isAt(cursor, labels));
      const aggregates = this.#join(sharing, merged);
      if (isSampled && next !== undefined) yield { ...next, ...(aggregates && { aggregates }) };
      else if (aggregates !== undefined) {
        yield { ref: NO_REF, labels, samples: NO_SAMPLES, aggregates };
      }
      if (isSampled) next = pull(samples);
      for (const cursor of sharing) this.#advance(cursor);
    }
  }

  #openCursors(range: SelectRange, tiers: readonly AggregateTier[]): readonly AggregateCursor[] {
    return tiers.flatMap(({ everyMs, untilMs }, i) => {
      const sinceMs = i === 0 ? -Infinity : tiers[i - 1].untilMs;
      const level = this.#levels.find((one) => one.everyMs === everyMs);
      const wanted = {
        fromMs: Math.max(range.fromMs - 1, sinceMs),
        toMs: Math.min(range.toMs, untilMs),
      };
      if (level === undefined || wanted.fromMs >= wanted.toMs) return [];
      const { blocks } = level;
      const overlapping = blocks.overlapping(wanted.fromMs, wanted.toMs - 1);
      return overlapping.flatMap((block) =>
        this.#openCursor(level, block, { ...range, ...wanted }),
      );
    });
  }

  #openCursor(
    { blocks, everyMs }: AggregateLevel,
    block: Block,
    { matchers, fromMs, toMs }: SelectRange,
  ): readonly AggregateCursor[] {
    const cursor = blocks.guard(block, () => {
      const ids = blocks.match(block, matchers);
      const decoder = this.#decoder;
      const onDamage = (error: unknown): void => blocks.noteChunk(block, error);
      return new AggregateCursor({ block, ids, fromMs, toMs, everyMs, decoder, onDamage });
    });
    return cursor === undefined ? [] : [cursor];
  }

  #advance(cursor: AggregateCursor): void {
    const { everyMs } = cursor.block.meta;
    const level = this.#levels.find((one) => one.everyMs === everyMs);
    level?.blocks.guard(cursor.block, () => cursor.advance());
  }

  #join(cursors: readonly AggregateCursor[], merged: AggregateColumns): Aggregates | undefined {
    const parts = cursors.map((cursor) => cursor.read()).filter(({ count }) => count > 0);
    if (parts.length <= 1) return parts.at(0);
    merged.clear();
    mergeAggregates(parts, merged);
    return merged;
  }

  /** What a selection would read, at most, aggregates included. */
  estimate(range: SelectRange): Estimate {
    const untilMs = this.#tiers().at(-1)?.untilMs ?? -Infinity;
    let { seriesCount, sampleCount } = this.#base.estimate(range);
    if (range.fromMs > untilMs) return { seriesCount, sampleCount };
    const older = { ...range, toMs: Math.min(range.toMs, untilMs) };
    for (const reader of this.#labels) {
      const estimate = reader.estimate(older);
      seriesCount = Math.max(seriesCount, estimate.seriesCount);
      sampleCount += estimate.sampleCount;
    }
    return { seriesCount, sampleCount };
  }

  labelNames(range: SelectRange): readonly string[] {
    return this.#union(range, (reader) => reader.labelNames(range));
  }

  labelValues(name: string, range: SelectRange): readonly string[] {
    return this.#union(range, (reader) => reader.labelValues(name, range));
  }

  #union(
    { fromMs }: SelectRange,
    list: (reader: MergedReader) => readonly string[],
  ): readonly string[] {
    const own = list(this.#base);
    if (fromMs > (this.#tiers().at(-1)?.untilMs ?? -Infinity)) return own;
    return [...new Set([...own, ...this.#labels.flatMap(list)])].sort();
  }

  /** Label sets of the matching series, in order. */
  series(range: SelectRange): readonly Labels[] {
    const own = this.#base.series(range);
    if (range.fromMs > (this.#tiers().at(-1)?.untilMs ?? -Infinity)) return own;
    const lists = [own, ...this.#labels.map((reader) => reader.series(range))];
    const all = lists.flat().sort(compareLabels);
    return all.filter((labels, i) => i === 0 || compareLabels(labels, all[i - 1]) !== 0);
  }
}

function pull(samples: Iterator<SelectedSeries>): SelectedSeries | undefined {
  const step = samples.next();
  return step.done === true ? undefined : step.value;
}

function smallest(
  fromSamples: Labels | undefined,
  cursors: readonly AggregateCursor[],
): Labels | undefined {
  let found = fromSamples;
  for (const { labels } of cursors) {
    if (labels === undefined) continue;
    if (found === undefined || compareLabels(labels, found) < 0) found = labels;
  }
  return found;
}
