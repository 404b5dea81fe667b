/** Histograms added and subtracted within functions, with the notes that this gives rise to. */
import {
  addHistograms,
  type CombinedHistogram,
  type Histogram,
  isCounterReset,
  multiplyHistogram,
  subtractHistograms,
} from '../series/index.ts';
import { annotateMixedBounds, type Annotations, annotateReconciledBounds } from './annotations.ts';
import type { Span } from './ast.ts';

/** Where notes go, and what they name. */
export interface NotePlace {
  readonly annotations: Annotations;
  readonly metric: string;
  readonly span: Span;
}

/**
 * Adds two histograms; undefined, with a warning, where they cannot be. Whether their hints
 * contradict each other is not asked: functions look for resets themselves.
 */
export function addNoted(
  place: NotePlace,
  left: Histogram,
  right: Histogram,
): Histogram | undefined {
  return take(place, addHistograms(left, right), 'addition');
}

/** Subtracts one histogram from another; undefined, with a warning, where that cannot be. */
export function subtractNoted(
  place: NotePlace,
  left: Histogram,
  right: Histogram,
): Histogram | undefined {
  return take(place, subtractHistograms(left, right), 'subtraction');
}

function take(
  { annotations, metric, span }: NotePlace,
  combined: CombinedHistogram,
  operation: 'addition' | 'subtraction',
): Histogram | undefined {
  if (combined.kind === 'incompatible') {
    annotateMixedBounds(annotations, metric, span);
    return undefined;
  }
  if (combined.hasReconciledBounds) annotateReconciledBounds(annotations, operation, span);
  return combined.histogram;
}

/** A histogram and when it was sampled. */
export interface HistogramSample {
  readonly timeMs: number;
  readonly histogram: Histogram;
}

/**
 * The histogram on the line between two samples. A counter that was reset between them is taken to
 * have begun again from nothing at the first one.
 */
export function interpolateHistograms(
  place: NotePlace,
  ends: { readonly from: HistogramSample; readonly to: HistogramSample },
  atMs: number,
  isCounter: boolean,
): Histogram | undefined {
  const { from, to } = ends;
  if (atMs === from.timeMs) return from.histogram;
  if (atMs === to.timeMs) return to.histogram;
  const share = (atMs - from.timeMs) / (to.timeMs - from.timeMs);
  if (isCounter && isCounterReset(to.histogram, from.histogram)) {
    return multiplyHistogram(to.histogram, share);
  }
  const change = subtractNoted(place, to.histogram, from.histogram);
  return change && addNoted(place, multiplyHistogram(change, share), from.histogram);
}
