/** The handler of backtests, whose modules are loaded when somebody asks for one. */
import { setImmediate } from 'node:timers/promises';
import type { RouteHandlers } from '@nines/contract';
import type { Backtests, HistoryQuestion } from '../backtests/index.ts';
import type { RequestContext } from '../platform/index.ts';
import type { MatrixSeries, QueryResult } from '../promql/index.ts';
import { loadRuleBacktest } from '../rules/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';
import { checkExpression } from './expression-check.ts';
import type { Parts } from './start-app.ts';

type BacktestParts = Pick<Parts, 'rules' | 'queries' | 'configControl' | 'options'>;

/** Builds the handler. */
export function createBacktestRoutes(
  parts: BacktestParts,
): RouteHandlers<'runBacktest', RequestContext> {
  let loaded: Promise<Backtests> | undefined;
  return {
    async runBacktest({ body }, context) {
      loaded ??= loadBacktests(parts);
      const name = context.actor?.displayName ?? '';
      return (await loaded).run(body, { name, signal: context.watchClient() });
    },
  };
}

async function loadBacktests(parts: BacktestParts): Promise<Backtests> {
  const { rules, queries, configControl, options } = parts;
  const { createBacktests } = await import('../backtests/index.ts');
  const inForce = () => configControl.state().config;
  return createBacktests({
    ...(await loadRuleBacktest()),
    groups: () => rules.groups(),
    defaults: () => {
      const { evaluationIntervalMs, ruleQueryOffsetMs } = inForce().global;
      return { intervalMs: evaluationIntervalMs, queryOffsetMs: ruleQueryOffsetMs };
    },
    ask: async (question, { name, signal }) =>
      seriesOf(await queries.evaluate(toQuestion(question), name, signal)),
    checkExpression,
    clock: options.clock,
    queryTimeoutMs: () => inForce().query.timeoutMs,
    externalLabels: () => inForce().global.externalLabels,
    externalUrl: options.externalUrl,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    pause: async () => setImmediate(),
  });
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
