/** What a function over range vectors is given of a series that holds native histograms. */
import type { Histogram } from '../series/index.ts';
import type { RowSink } from './grid.ts';
import type { NotePlace } from './native-arithmetic.ts';
import type { NativeColumn } from './native-column.ts';
import type { RangeFunction, RangePass } from './range-pass.ts';
import type { SampleColumn } from './select.ts';
import type { Windows } from './windows.ts';

/**
 * The pass of the series' floats, and beside it the histograms with windows of their own. Both kinds
 * of windows stand at all steps, as each is held against the other.
 */
export interface NativePass extends RangePass {
  readonly native: NativeColumn;
  readonly nativeWindows: Windows;
  /** Where the histograms of the answer go. */
  readonly out: RowSink;
}

/** Fills the row of one series; `fill` does so for the floats alone. */
export type NativeFunction = (pass: NativePass, fill: RangeFunction) => void;

/** Writes the answer of one step. */
export function emitHistogram(pass: NativePass, step: number, histogram: Histogram): void {
  pass.out.setHistogram(pass.base + step, histogram);
}

/** Where notes about the range vector go. */
export function placeOf({ run, metric, shape }: RangePass): NotePlace {
  return { annotations: run.annotations, metric, span: shape.span };
}

/** Floats and histograms of a series in order of time; values of histograms are NaN. */
export interface MergedColumn extends SampleColumn {
  readonly histograms: readonly (Histogram | undefined)[];
}

/** Puts the two lanes of a series together again. */
export function mergeLanes(floats: SampleColumn, native: NativeColumn): MergedColumn {
  const count = floats.count + native.count;
  const timesMs = new Float64Array(count);
  const values = new Float64Array(count).fill(Number.NaN);
  const hasStarts = floats.startTimesMs !== undefined && native.startTimesMs !== undefined;
  const startTimesMs = hasStarts ? new Float64Array(count) : undefined;
  const histograms: (Histogram | undefined)[] = [];
  let float = 0;
  for (let at = 0; at < count; at++) {
    const next = at - float;
    const isFloat =
      next === native.count ||
      (float < floats.count && floats.timesMs[float] < native.timesMs[next]);
    const source = isFloat ? floats : native;
    const index = isFloat ? float++ : next;
    timesMs[at] = source.timesMs[index];
    if (startTimesMs !== undefined) startTimesMs[at] = source.startTimesMs?.[index] ?? 0;
    if (isFloat) values[at] = floats.values[index];
    histograms.push(isFloat ? undefined : native.histograms[index]);
  }
  return { count, timesMs, values, startTimesMs, native: undefined, histograms };
}
