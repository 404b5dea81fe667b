/** What a panel's queries answered, as lines of a graph, as numbers, or as rows of a table. */
import type { Panel, PanelThreshold } from '@nines/contract';
import type { InstantData, Metric } from '../api/prometheus.ts';
import { buildGraphData, buildNamedData, type GraphData } from '../graph/graph-data.ts';
import type { RangeResult } from '../graph/range-query.ts';
import { formatMetric, nameSeries } from '../graph/series-name.ts';

/** A label between the braces of a legend. */
const LABEL = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The name that a legend gives a series; a label that it has not is nothing. */
export function formatLegend(legend: string, metric: Metric): string {
  return legend.replaceAll(LABEL, (_, label: string) => metric[label] ?? '').trim();
}

/** The lines of all queries on one grid; undefined while none has been answered. */
export function buildPanelData(
  queries: Panel['queries'],
  answers: readonly RangeResult[],
): GraphData | undefined {
  // They were asked within moments: the newest grid holds all.
  const newest = answers.reduce<RangeResult | undefined>(
    (best, answer) => (best === undefined || answer.grid.toMs > best.grid.toMs ? answer : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const [first] = answers;
  // One query without a legend is what Explore draws: the largest series have the colours.
  if (queries.length === 1 && queries[0]?.legend === null && first !== undefined) {
    return buildGraphData(first.series, first.grid);
  }
  const lines = answers.flatMap(({ series }, index) => {
    const names = nameOf(
      queries[index],
      series.map(({ metric }) => metric),
    );
    return series.map(({ points }, at) => ({ name: names[at] ?? '', points }));
  });
  return buildNamedData(lines, newest.grid);
}

function nameOf(query: Panel['queries'][number] | undefined, metrics: readonly Metric[]) {
  const legend = query?.legend ?? null;
  return legend === null
    ? nameSeries(metrics)
    : metrics.map((metric) => formatLegend(legend, metric));
}

export interface PanelNumber {
  readonly name: string;
  readonly value: number | string;
}

/** One number for each series, in the order of the queries. */
export function listNumbers(
  queries: Panel['queries'],
  answers: readonly InstantData[],
): readonly PanelNumber[] {
  const all = answers.flatMap((data, index) => {
    const rows = rowsOf(data);
    const names = nameOf(
      queries[index],
      rows.map(({ metric }) => metric),
    );
    return rows.map(({ value }, at) => ({ name: names[at] ?? '', value }));
  });
  // A lone number is what the title says.
  const isPlain = all.length === 1 && (queries[0]?.legend ?? null) === null;
  return isPlain ? all.map(({ value }) => ({ name: '', value })) : all;
}

export interface PanelRow {
  readonly name: string;
  /** One for each query; undefined where it has no series with these labels. */
  readonly values: readonly (number | string | undefined)[];
}

/** A row for each set of labels, with the value that each query has for it. */
export function listPanelRows(answers: readonly InstantData[]): readonly PanelRow[] {
  const metrics = new Map<string, Metric>();
  const values = new Map<string, (number | string | undefined)[]>();
  answers.forEach((data, index) => {
    for (const { metric, value } of rowsOf(data)) {
      const { __name__: _, ...labels } = metric;
      const key = formatMetric(labels);
      const row = values.get(key) ?? answers.map(() => undefined);
      row[index] = value;
      values.set(key, row);
      metrics.set(key, labels);
    }
  });
  const names = nameSeries([...metrics.values()]);
  return [...values.values()].map((row, at) => ({ name: names[at] ?? '', values: row }));
}

function rowsOf(data: InstantData) {
  return data.kind === 'matrix' ? [] : data.rows;
}

/** The most urgent threshold that a value is beyond; of two alike the one further out. */
export function findCrossed(
  thresholds: readonly PanelThreshold[],
  value: number,
): PanelThreshold | undefined {
  return thresholds
    .filter((one) => (one.isBelow ? value < one.value : value > one.value))
    .toSorted(
      (a, b) =>
        Number(b.level === 'page') - Number(a.level === 'page') ||
        Math.abs(a.value - value) - Math.abs(b.value - value),
    )
    .at(0);
}
