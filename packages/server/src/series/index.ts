/**
 * The words that the engines share: labels, matchers, samples, histograms.
 *
 * Everything here is plain data and pure functions; no engine's implementation depends on
 * another's, they all depend on these.
 */
export type { Aggregates, AggregateTier } from './aggregates.ts';
export type { Exemplar } from './exemplar.ts';
export { fingerprintOf, spread } from './fingerprint.ts';
export { formatFloat, formatOpenMetrics, formatShort, parseFloatText } from './float-text.ts';
export {
  addHistograms,
  type ClassicHistogram,
  type CombinedHistogram,
  compactHistogram,
  type CounterReset,
  countsFromDeltas,
  createFromClassic,
  createHistogram,
  createHistogramJson,
  CUSTOM_BUCKETS_SCHEMA,
  divideHistogram,
  EXPONENTIAL_SCHEMA_MAX,
  EXPONENTIAL_SCHEMA_MIN,
  formatHistogram,
  formatHistogramNotation,
  hasCustomBounds,
  type Histogram,
  type HistogramBucketJson,
  type HistogramBuckets,
  type HistogramFraction,
  histogramFraction,
  type HistogramJson,
  HistogramMean,
  type HistogramQuantile,
  histogramQuantile,
  HistogramSum,
  histogramVariance,
  isCounterReset,
  isEqualHistogram,
  isSameHistogram,
  multiplyHistogram,
  type NanNote,
  NO_BUCKETS,
  type NotedHistogram,
  parseHistogramSeries,
  reduceResolution,
  subtractHistograms,
  trimHistogram,
  type TrimKeep,
  withCounterReset,
} from './histogram/index.ts';
export {
  compareLabels,
  createLabels,
  createLabelsFromPairs,
  EMPTY_LABELS,
  filterLabels,
  formatLabels,
  formatSeries,
  isPlainLabelName,
  isPlainMetricName,
  type Labels,
  labelPairs,
  labelsKey,
  labelsRecord,
  labelValue,
  METRIC_NAME,
  mergeLabels,
  onlyLabels,
  withLabel,
  withoutLabels,
} from './labels.ts';
export {
  createMatcher,
  formatMatcher,
  isMatch,
  type Matcher,
  type MatchOperator,
} from './matcher.ts';
export { isPrintable, quote } from './quote.ts';
export {
  type AnchoredRegex,
  compileAnchored,
  compileCapturing,
  compileSearching,
  type RE2JS,
} from './regex.ts';
export { expandTemplate, hasVariable, type RegexMatch } from './regex-template.ts';
export {
  createSamples,
  isStale,
  type Samples,
  STALE_HIGH,
  STALE_LOW,
  setStale,
} from './sample.ts';
export type { SampleBatch, SeriesExemplar, SeriesRef } from './sample-batch.ts';
