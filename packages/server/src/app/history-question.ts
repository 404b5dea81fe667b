/** Questions about stored history, at one instant or over a range, to where queries run. */
import type { BacktestAsker, HistoryQuestion } from '../backtests/index.ts';
import type { MatrixSeries, QueryResult } from '../promql/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';
import type { QueryRunner } from './query-runner.ts';

/** Builds the function that asks. */
export function createAskHistory(
  queries: QueryRunner,
): (question: HistoryQuestion, asker: BacktestAsker) => Promise<readonly MatrixSeries[]> {
  return async (question, { name, signal }) =>
    seriesOf(await queries.evaluate(toQuestion(question), name, signal));
}

/** One instant is asked for as rules ask, and then means the same. */
function toQuestion({ text, fromMs, toMs, stepMs, timeoutMs }: HistoryQuestion) {
  const times = fromMs === toMs ? { atMs: fromMs } : { fromMs, toMs, stepMs };
  return { text, times, timeoutMs, hasStats: false, hasTrace: false };
}

function seriesOf({ value }: QueryResult): readonly MatrixSeries[] {
  switch (value.kind) {
    case 'matrix':
      return value.series;
    case 'vector':
      return value.samples.map(({ labels, value: number, histogram }) => ({
        labels,
        timesMs: Float64Array.of(value.atMs),
        values: Float64Array.of(number),
        ...(histogram === undefined ? {} : { histograms: [histogram] }),
      }));
    case 'scalar':
      return [
        {
          labels: EMPTY_LABELS,
          timesMs: Float64Array.of(value.atMs),
          values: Float64Array.of(value.value),
        },
      ];
    case 'string':
      // The expression was checked to be none.
      return [];
  }
}
