/** The rows of a table for any kind of instant answer. */
import type { InstantData } from '../api/prometheus.ts';
import { formatMetric } from '../graph/series-name.ts';

export interface TableRow {
  readonly name: string;
  readonly value: number | string;
  /** For a matrix: how many points there are; the value is the last one. */
  readonly pointCount: number | undefined;
}

/** More rows than anyone reads; the rest is counted. */
export const ROW_COUNT_MAX = 500;

export function listRows(data: InstantData): readonly TableRow[] {
  if (data.kind !== 'matrix') {
    return data.rows.map(({ metric, value }) => ({
      name: data.kind === 'vector' ? formatMetric(metric) : data.kind,
      value,
      pointCount: undefined,
    }));
  }
  return data.series.map(({ metric, points }) => ({
    name: formatMetric(metric),
    value: points.at(-1)?.[1] ?? '',
    pointCount: points.length,
  }));
}
