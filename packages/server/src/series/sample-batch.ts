/**
 * Samples of many series on their way into a store. Whoever makes them and the store that takes
 * them share the shape, so that nothing is copied or wrapped in between.
 */
import type { Exemplar } from './exemplar.ts';
import type { Histogram } from './histogram/index.ts';

/** A series' number in its store, within this process; never used twice. */
export type SeriesRef = number;

/** Samples of many series, one entry each; the arrays are read during the call only. */
export interface SampleBatch {
  readonly count: number;
  readonly refs: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`, for staleness markers (sample.ts). */
  readonly bits: Uint32Array;
  /** Where one is defined, the sample is that histogram and not `values`; absent: all are floats. */
  readonly histograms?: readonly (Histogram | undefined)[];
  /** When the counter behind each sample began; 0 where unknown. Absent: unknown for all. */
  readonly startTimesMs?: Float64Array;
  /** Exemplars of series in any order; a store may keep the newest only. */
  readonly exemplars?: readonly SeriesExemplar[];
}

/** An exemplar, and the series that it stands for. */
export interface SeriesExemplar {
  readonly ref: SeriesRef;
  readonly exemplar: Exemplar;
}
