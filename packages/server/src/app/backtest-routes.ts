/** The handler of backtests, whose modules are loaded when somebody asks for one. */
import { setImmediate } from 'node:timers/promises';
import type { RouteHandlers } from '@nines/contract';
import type { Backtests } from '../backtests/index.ts';
import type { RequestContext } from '../platform/index.ts';
import { loadRuleBacktest } from '../rules/index.ts';
import { checkExpression } from './expression-check.ts';
import { createAskHistory } from './history-question.ts';
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
    ask: createAskHistory(queries),
    checkExpression,
    clock: options.clock,
    queryTimeoutMs: () => inForce().query.timeoutMs,
    externalLabels: () => inForce().global.externalLabels,
    externalUrl: options.externalUrl,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    pause: async () => setImmediate(),
  });
}
