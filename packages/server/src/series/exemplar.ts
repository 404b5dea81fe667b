import type { Labels } from './labels.ts';

/** One observation that stands for many: usually the trace of a request (OpenMetrics). */
export interface Exemplar {
  /** Such as `trace_id`; not the labels of the series. */
  readonly labels: Labels;
  readonly value: number;
  readonly timeMs: number;
}
