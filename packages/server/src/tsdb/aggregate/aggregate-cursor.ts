/** Goes through the matching series of one block of aggregates, in order of labels. */
import { compareLabels, type Labels } from '../../series/index.ts';
import type { Block } from '../block/block.ts';
import { inOrder } from '../block/block-cursor.ts';
import { BlockDamage } from '../block/damage.ts';
import { coversRange, type Interval } from '../block/tombstones.ts';
import { CHUNK_AGGREGATES } from '../dense/dense-format.ts';
import type { AggregateDecoder } from './aggregate-chunk.ts';
import { AggregateColumns } from './aggregate-columns.ts';
import { dropDeleted } from './aggregate-joiner.ts';

const NO_INTERVALS: readonly Interval[] = [];

export interface AggregateCursorOptions {
  readonly block: Block;
  /** Of the matching series. */
  readonly ids: Uint32Array;
  /** Intervals that share time with (fromMs, toMs] are wanted. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
  readonly decoder: AggregateDecoder;
  /** Hears of chunks that cannot be read; they are left out. */
  readonly onDamage: (error: unknown) => void;
}

export class AggregateCursor {
  readonly block: Block;
  /** Of the series at hand; undefined after the last. */
  labels: Labels | undefined;
  readonly #options: AggregateCursorOptions;
  readonly #columns = new AggregateColumns();
  readonly #ids: Uint32Array;
  #next = 0;
  #id = 0;
  readonly #refs: number[] = [];

  constructor(options: AggregateCursorOptions) {
    this.#options = options;
    this.block = options.block;
    this.#ids = inOrder(options.block, options.ids);
    // Opened now, so that a block which is deleted meanwhile can be read to the end.
    options.block.segments();
    this.advance();
  }

  /** Steps to the next series. Throws `BlockDamage`. */
  advance(): void {
    this.labels = undefined;
    const index = this.block.index();
    const { fromMs, toMs } = this.#options;
    while (this.#next < this.#ids.length) {
      this.#id = this.#ids[this.#next++];
      const { labels, minMs, maxMs, refs } = index.series(this.#id);
      this.#refs.length = 0;
      for (let i = 0; i < refs.length; i++) {
        const isIn = minMs[i] < toMs && maxMs[i] >= fromMs;
        if (isIn && !coversRange(this.#gone(), minMs[i], maxMs[i])) this.#refs.push(refs[i]);
      }
      if (this.#refs.length === 0) continue;
      this.labels = index.labels(labels);
      return;
    }
  }

  #gone(): readonly Interval[] {
    return this.block.tombstones.get(this.#id) ?? NO_INTERVALS;
  }

  /** The aggregates of the series at hand; valid until the next call. */
  read(): AggregateColumns {
    const { fromMs, toMs, everyMs, decoder, onDamage } = this.#options;
    const columns = this.#columns;
    columns.clear();
    for (const ref of this.#refs) {
      try {
        const { encoding, data } = this.block.segments().read(ref);
        if (encoding !== CHUNK_AGGREGATES) {
          throw new BlockDamage('chunk', `has encoding ${encoding}, which is none of aggregates`);
        }
        decoder.decode(data, fromMs, toMs, columns);
      } catch (error) {
        onDamage(error);
      }
    }
    dropDeleted(columns, everyMs, this.#gone());
    return columns;
  }
}

/** Whether a cursor is at a series. */
export function isAt({ labels }: AggregateCursor, wanted: Labels): boolean {
  return labels !== undefined && (labels === wanted || compareLabels(labels, wanted) === 0);
}
