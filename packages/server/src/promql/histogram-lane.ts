/**
 * Histograms among floats: a lane beside the values of a grid or column, with an entry where the
 * sample is a native histogram.
 *
 * Nearly all data are floats, so there is no lane until the first histogram comes, and code for
 * floats alone asks once whether there is one. Where a lane has an entry the value beside it says
 * nothing; where a cell is not present, neither does the lane.
 */
import type { Histogram } from '../series/index.ts';

export type HistogramLane = readonly (Histogram | undefined)[];

/** A lane that is still being filled. */
export type OpenLane = (Histogram | undefined)[];

/** Makes a lane without histograms. Without holes, so that V8 keeps it as a plain array. */
export function createLane(size: number): OpenLane {
  const lane: OpenLane = [];
  for (let i = 0; i < size; i++) lane.push(undefined);
  return lane;
}

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

/** How many samples the histograms of a lane count as beyond one each; all, or the present ones. */
export function surplusOf(lane: HistogramLane, present?: Uint8Array): number {
  let surplus = 0;
  for (let i = 0; i < lane.length; i++) {
    const histogram = lane[i];
    if (histogram !== undefined && present?.[i] !== 0) surplus += sampleCountOf(histogram) - 1;
  }
  return surplus;
}
