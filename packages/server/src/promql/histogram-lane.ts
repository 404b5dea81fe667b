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

/** By cell of a grid, `row * stepCount + step`: a lane for each row that holds any. */
export class HistogramCells {
  private readonly stepCount: number;
  private readonly lanes: ((Histogram | undefined)[] | undefined)[] = [];

  constructor(stepCount: number) {
    this.stepCount = stepCount;
  }

  get(at: number): Histogram | undefined {
    const lane = this.lanes[Math.trunc(at / this.stepCount)];
    return lane === undefined ? undefined : lane[at % this.stepCount];
  }

  set(at: number, histogram: Histogram): void {
    const { lanes, stepCount } = this;
    const row = Math.trunc(at / stepCount);
    // Neither array has holes, so that V8 keeps both plain.
    while (lanes.length <= row) lanes.push(undefined);
    const lane = lanes[row] ?? Array.from({ length: stepCount }, () => undefined);
    lanes[row] = lane;
    lane[at % stepCount] = histogram;
  }

  /** Those of one row, by step; undefined where it has none. */
  ofRow(row: number): HistogramCells | undefined {
    const lane = row < this.lanes.length ? this.lanes[row] : undefined;
    if (lane === undefined) return undefined;
    const cells = new HistogramCells(this.stepCount);
    cells.lanes.push(lane);
    return cells;
  }

  /** How many samples they count as beyond one each. */
  surplus(): number {
    let surplus = 0;
    for (const lane of this.lanes) if (lane !== undefined) surplus += surplusOf(lane);
    return surplus;
  }

  /** In order of cells. */
  *entries(): Generator<readonly [at: number, histogram: Histogram]> {
    for (let row = 0; row < this.lanes.length; row++) {
      const lane = this.lanes[row];
      for (let step = 0; lane !== undefined && step < lane.length; step++) {
        const histogram = lane[step];
        if (histogram !== undefined) yield [row * this.stepCount + step, histogram];
      }
    }
  }
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

/** How many samples the histograms of a lane count as beyond one each. */
export function surplusOf(lane: HistogramLane): number {
  let surplus = 0;
  for (const histogram of lane) {
    if (histogram !== undefined) surplus += sampleCountOf(histogram) - 1;
  }
  return surplus;
}
