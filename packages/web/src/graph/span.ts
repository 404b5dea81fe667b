/** Which time a graph shows. */
import { alignGrid, chooseStep, type TimeGrid } from './time-grid.ts';

export type Span =
  /** Up to now, and moving with it. */
  | { readonly kind: 'last'; readonly lengthMs: number }
  | { readonly kind: 'since'; readonly fromMs: number }
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

/** The points of a span at this moment, for a graph of this width. */
export function gridOf(span: Span, nowMs: number, widthPx: number): TimeGrid {
  const toMs = span.kind === 'between' ? span.toMs : nowMs;
  const fromMs = span.kind === 'last' ? nowMs - span.lengthMs : span.fromMs;
  return alignGrid(fromMs, toMs, chooseStep(Math.max(1000, toMs - fromMs), widthPx));
}

/** Whether its end is now, so that it has to be asked for again. */
export function isMoving(span: Span): boolean {
  return span.kind !== 'between';
}
