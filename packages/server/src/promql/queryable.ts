/**
 * What the query engine needs from a store of series. The engine defines it, a store implements
 * it, and `app` joins the two; promql never imports a store.
 *
 * Reading is synchronous: the head is memory, older chunks come through a bounded cache with
 * positioned reads, and an evaluator that never waits can run unchanged in a worker thread over
 * shared memory.
 */
import type { Aggregates, AggregateTier, Labels, Matcher, Samples } from '../series/index.ts';

/** One series' samples within the range that was asked for. */
export interface SelectedSeries {
  readonly labels: Labels;
  /** Staleness markers included, as bits. Read it before the next call; the memory may be reused. */
  readonly samples: Samples;
  /**
   * When the counter behind each sample began to count, parallel to the samples; 0 where that is
   * not known. A store that does not keep it leaves it out.
   */
  readonly startTimesMs?: Float64Array;
  /**
   * Where only counts are looked at: how many samples there are, markers apart, above 0. The samples
   * themselves are then left out.
   */
  readonly sampleCount?: number;
  /**
   * How many series these are that agree in all labels asked for and are all there; only where
   * presence alone was asked for. One where it is left out.
   */
  readonly seriesCount?: number;
  /** What is known of times before the samples, where that was asked for. */
  readonly aggregates?: Aggregates;
}

export interface SelectRange {
  readonly matchers: readonly Matcher[];
  /** Both ends inclusive, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Only the newest sample of each series within the range will be looked at. A store may then
   * leave the others out, which can spare it decoding them.
   */
  readonly newestOnly?: boolean;
  /**
   * Series that have ended by this time will not be looked at: those whose newest sample of all is a
   * staleness marker, at this time or before. A store may leave them out, which spares it nearly
   * everything where pods come and go.
   */
  readonly liveFromMs?: number;
  /**
   * Of each series only whether it is there will be looked at: whether the newest sample in the
   * range is a staleness marker. A store may then give any other sample of the range in its place,
   * with any value, and several series as one.
   */
  readonly presenceOnly?: boolean;
  /**
   * Of each series only how many samples it has in the range will be looked at, staleness markers
   * apart. A store may then give that count in place of the samples, which can spare it reading any.
   */
  readonly countOnly?: boolean;
  /**
   * Only these labels will be looked at, as nothing but them decides on a group. A store may leave
   * the others out, and give one object to all series that agree in these.
   */
  readonly labelNames?: readonly string[];
  /** Aggregates are wanted of the times that the store has no samples of any more (`tiers`). */
  readonly withAggregates?: boolean;
  /**
   * The series may come in any order, as they are put together. A store then can read them as they
   * lie, which for very many takes half of the time.
   */
  readonly anyOrder?: boolean;
}

export interface Queryable {
  /** The matching series that have samples in the range; in order of labels, if not said else. */
  select(range: SelectRange): Iterable<SelectedSeries>;
  /**
   * An upper estimate of what a selection would read, from the index alone: the engine refuses a
   * query that is too dear before it runs.
   */
  estimate(range: SelectRange): { readonly seriesCount: number; readonly sampleCount: number };
  /** Times of which there are aggregates only, the oldest first; without it samples are all. */
  tiers?(): readonly AggregateTier[];
  /** Names of labels on matching series; sorted. No matchers: of all series. */
  labelNames(range: SelectRange): readonly string[];
  /** Values of one label on matching series; sorted. */
  labelValues(name: string, range: SelectRange): readonly string[];
  /** Label sets of matching series, without reading samples; in order. */
  series(range: SelectRange): readonly Labels[];
}
