/**
 * What selectors and range functions need where a store has aggregates rather than samples of older
 * times. The implementation (aggregate-evaluation.ts) is loaded where a store keeps some; elsewhere
 * nothing is asked.
 */
import type { Aggregates, AggregateTier } from '../series/index.ts';
import type { VectorSelectorNode } from './ast.ts';
import type { Frame, Reference } from './frame.ts';
import type { RowSink } from './grid.ts';
import type { RangeFunction, RangePass } from './range-pass.ts';
import type { Run } from './run.ts';
import type { SampleAspect, SampleColumn } from './select.ts';
import type { WindowShape } from './windows.ts';

/** A selector that looks at aggregates at some of its steps. */
export interface AggregateSelector {
  readonly node: VectorSelectorNode;
  readonly frame: Frame;
  readonly reference: Reference;
  readonly aspect: SampleAspect;
}

/** Answers from aggregates, for one run. */
export interface AggregateEvaluator {
  /** Whether anything at or before a time is answered from aggregates. */
  reaches(timeMs: number): boolean;
  /** Evaluates a selector as `selectRows` does. */
  selectRows(run: Run, selector: AggregateSelector, out: RowSink): void;
  /** The earliest time that windows look at, not included. Throws where they cannot be moved. */
  matrixStartMs(shape: WindowShape): number;
  /** Fills the steps of a row that look at aggregates; the others are filled already. */
  fillRange(
    pass: RangePass,
    aggregates: Aggregates,
    call: { readonly name: string; readonly fill: RangeFunction },
  ): void;
  /** The samples of one window that are known, for a range vector as the answer. */
  readWindow(
    run: Run,
    shape: WindowShape,
    known: { readonly aggregates: Aggregates; readonly column: SampleColumn },
  ): SampleColumn;
}

/** Makes what answers from the tiers of a store. */
export type OpenAggregates = (tiers: readonly AggregateTier[]) => AggregateEvaluator;

/** Loads the implementation. */
export async function loadAggregateEvaluation(): Promise<OpenAggregates> {
  const { openAggregates } = await import('./aggregate-evaluation.ts');
  return openAggregates;
}
