/** What a function over range vectors is given: one series, its windows, and where answers go. */
import type { Frame } from './frame.ts';
import type { Run } from './run.ts';
import type { SampleColumn } from './select.ts';
import type { Windows, WindowShape } from './windows.ts';
import type { Span } from './ast.ts';

export interface RangePass {
  readonly run: Run;
  readonly frame: Frame;
  readonly shape: WindowShape;
  readonly column: SampleColumn;
  readonly windows: Windows;
  /** The name of the metric, for notes. */
  readonly metric: string;
  /** The scalar arguments besides the range vector, in order: a value per step, and its place. */
  readonly scalars: readonly Float64Array[];
  readonly firstArgumentSpan: Span;
  /** The grid that answers go to, and where the row of this series begins. */
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly base: number;
}

/** Fills the row of one series. */
export type RangeFunction = (pass: RangePass) => void;

/** Writes the answer of one step. */
export function emit(pass: RangePass, step: number, value: number): void {
  pass.values[pass.base + step] = value;
  pass.present[pass.base + step] = 1;
}

/** The end of a step's window; its range lies before it. */
export function windowEndMs(pass: RangePass, step: number): number {
  return pass.shape.reference.firstMs + step * pass.shape.reference.stepMs;
}

/** A function that looks at each window by itself, and has no answer for an empty one. */
export function eachWindow(
  valueOf: (pass: RangePass, from: number, to: number, step: number) => number,
  samplesMin = 1,
): RangeFunction {
  return (pass) => {
    const { from, to, begin, end } = pass.windows;
    for (let step = begin; step < end; step++) {
      const size = to[step] - from[step];
      if (size < samplesMin) continue;
      pass.run.work(size);
      emit(pass, step, valueOf(pass, from[step], to[step], step));
    }
  };
}
