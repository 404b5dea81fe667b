/** The words of explanations. */
import type { WhyCause, WhyTarget } from '@nines/contract';
import type { Labels } from '../series/index.ts';
import type { VectorSelectorNode } from '../promql/index.ts';
import type { Part } from './parts.ts';

/** One series that a part gives. */
export interface Element {
  readonly labels: Labels;
  /** NaN for a histogram. */
  readonly value: number;
}

/** A part and what it gives at the instant of an evaluation. */
export interface EvaluatedPart {
  readonly part: Part;
  /** How many series; undefined: it could not be evaluated, and `error` says why. */
  readonly seriesCount: number | undefined;
  readonly error: string | undefined;
  /** The series; some of them where there are too many. */
  readonly elements: readonly Element[];
  readonly children: readonly EvaluatedPart[];
}

/** A selector without series, before it is known since when. */
export interface EmptySelector {
  readonly kind: 'selector';
  readonly selector: VectorSelectorNode;
}

/** Where a series was lost. */
export type Loss = (EmptySelector | Exclude<WhyCause, { kind: 'noSamples' | 'otherLabels' }>) & {
  /** The part at which it was lost. */
  readonly at: Part;
};

/** How a target stands; undefined: it is none any more. */
export type FindTarget = (
  job: string,
  instance: string,
) => (Pick<WhyTarget, 'lastError'> & { readonly health: 'up' | 'down' | 'unknown' }) | undefined;

/** Half-open. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether a series may be what an alert is about: its labels do not contradict the alert's. */
export type IsOwn = (labels: Labels) => boolean;
