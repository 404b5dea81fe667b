/** Metrics that are collected and not read, and how to stop collecting them. */
import Type from 'typebox';

export const UnusedQuery = Type.Object({
  /** How far back queries count. */
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
});
export type UnusedQuery = Type.Static<typeof UnusedQuery>;

export const UnusedMetric = Type.Object({
  name: Type.String(),
  /** Active ones: what it costs. */
  seriesCount: Type.Integer(),
  /** Where it comes from. */
  jobs: Type.Array(Type.String()),
});
export type UnusedMetric = Type.Static<typeof UnusedMetric>;

export const UnusedMetrics = Type.Object({
  days: Type.Integer(),
  now: Type.Integer(),
  /** The oldest query on record within these days; null: there is none. */
  recordedSince: Type.Union([Type.Integer(), Type.Null()]),
  /** Of all metrics. */
  seriesCount: Type.Integer(),
  /** Of the unused ones. */
  unusedSeriesCount: Type.Integer(),
  /** How many are unused; the list may have fewer. */
  metricCount: Type.Integer(),
  /** Those with the most series first. */
  metrics: Type.Array(UnusedMetric),
});
export type UnusedMetrics = Type.Static<typeof UnusedMetrics>;
