/** Makes a block of the aggregates of one period. */
import type { Disk } from '../disk.ts';
import type { SelectRange } from '../reader.ts';
import { numbersOf } from '../block/block-admin.ts';
import { BlockWriter } from '../block/block-writer.ts';
import type { Block } from '../block/block.ts';
import { joinSymbols } from '../block/compaction.ts';
import type { BlockMeta } from '../block/meta.ts';
import type { Labels } from '../../series/index.ts';
import { AggregateEncoder } from './aggregate-chunk.ts';
import type { AggregateColumns } from './aggregate-columns.ts';
import { encodeChunks } from './aggregate-joiner.ts';

/** A series and its aggregates, in memory that is used again. */
export interface AggregatedSeries {
  readonly labels: Labels;
  readonly columns: AggregateColumns;
}

/** A span of time that is aggregated at once: (fromMs, toMs]. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The samples of a period, as a selection of a store. */
export function rangeOf({ fromMs, toMs }: Period): SelectRange {
  return { matchers: [], fromMs: fromMs + 1, toMs };
}

/**
 * Writes the block; gives way after each series. Undefined where no series has anything. When it
 * throws or is given up, there is none.
 */
export async function* writeAggregateBlock(options: {
  readonly disk: Disk;
  readonly parent: string;
  readonly ulid: string;
  /** The blocks that hold the labels of all series. */
  readonly blocks: readonly Block[];
  /** In order of labels. */
  readonly series: Iterable<AggregatedSeries>;
  readonly period: Period;
  readonly everyMs: number;
}): AsyncGenerator<void, BlockMeta | undefined> {
  const { blocks, period, everyMs } = options;
  const symbols = yield* joinSymbols(blocks);
  const symbolOf = new Map(symbols.map((text, i) => [text, i]));
  const writer = new BlockWriter({ ...options, symbols, isDense: true });
  const encoder = new AggregateEncoder();
  let isDone = false;
  try {
    for (const { labels, columns } of options.series) {
      const numbers = numbersOf(labels, symbolOf);
      if (numbers !== undefined && columns.count > 0) {
        writer.addSeries(numbers, encodeChunks(encoder, columns, everyMs));
      }
      yield;
    }
    for (const _ of writer.finish()) yield;
    const meta = await writer.commit({
      level: 1,
      sources: [...new Set(blocks.flatMap((block) => block.meta.sources))].sort(),
      parents: [],
      chunkFiles: [],
      everyMs,
      minTimeMs: period.fromMs,
      maxTimeMs: period.toMs,
    });
    isDone = true;
    return meta;
  } finally {
    if (!isDone) writer.abort();
  }
}
