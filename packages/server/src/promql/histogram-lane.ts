/**
 * Histograms among floats: beside the values of a grid or a series, where the sample is a native
 * histogram.
 *
 * Nearly all data are floats, so there is nothing beside them until the first histogram comes, and
 * code for floats alone asks once whether there is. A series has a lane, parallel to its values; a
 * grid, of whose rows perhaps one in a thousand holds histograms, has them by cell. Where there is a
 * histogram the value says nothing, and where a cell is not present, its histogram does neither.
 */
import type { Histogram } from '../series/index.ts';

/** Parallel to the values of a series. */
export type HistogramLane = readonly (Histogram | undefined)[];

/** By cell of a grid: `row * stepCount + step`. */
export type HistogramCells = ReadonlyMap<number, Histogram>;

/** Bytes of a histogram apart from its buckets (Prometheus, FloatHistogram.Size). */
const FIXED_BYTES = 168;
/** What a float sample takes: a time and a value. */
const SAMPLE_BYTES = 16;

/** How many float samples a histogram counts as where samples are counted; as Prometheus does. */
export function sampleCountOf({ positive, negative, customBounds }: Histogram): number {
  const numbers =
    positive.spanOffsets.length +
    positive.counts.length +
    negative.spanOffsets.length +
    negative.counts.length +
    (customBounds?.length ?? 0);
  return Math.floor((FIXED_BYTES + 8 * numbers + 8) / SAMPLE_BYTES);
}

/** How many samples histograms count as beyond one each. */
export function surplusOf(histograms: Iterable<Histogram | undefined>): number {
  let surplus = 0;
  for (const histogram of histograms) {
    if (histogram !== undefined) surplus += sampleCountOf(histogram) - 1;
  }
  return surplus;
}
