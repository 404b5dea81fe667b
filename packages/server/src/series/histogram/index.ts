/**
 * Native histograms: the model, the arithmetic that queries do with them, and their forms in text
 * and JSON. Values are immutable: every operation answers a new histogram, except for the sums and
 * means that are made for adding up many.
 */
export {
  addHistograms,
  type CombinedHistogram,
  compactHistogram,
  divideHistogram,
  multiplyHistogram,
  reduceResolution,
  subtractHistograms,
  withCounterReset,
} from './arithmetic.ts';
export { hasCustomBounds } from './bounds.ts';
export { type ClassicHistogram, createFromClassic } from './classic.ts';
export { countsFromDeltas, createHistogram } from './create.ts';
export { isEqualHistogram, isSameHistogram } from './equality.ts';
export {
  type CounterReset,
  CUSTOM_BUCKETS_SCHEMA,
  EXPONENTIAL_SCHEMA_MAX,
  EXPONENTIAL_SCHEMA_MIN,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from './histogram.ts';
export { type NotedHistogram, parseHistogramSeries } from './notation.ts';
export {
  type HistogramFraction,
  type HistogramQuantile,
  histogramFraction,
  histogramQuantile,
  type NanNote,
} from './quantile.ts';
export { isCounterReset } from './reset.ts';
export {
  createHistogramJson,
  formatHistogram,
  formatHistogramNotation,
  type HistogramBucketJson,
  type HistogramJson,
} from './text.ts';
export { HistogramMean, HistogramSum } from './totals.ts';
export { type TrimKeep, trimHistogram } from './trim.ts';
export { histogramVariance } from './variance.ts';
