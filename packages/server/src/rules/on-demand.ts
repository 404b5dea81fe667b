/** Parts that a server does without until somebody asks, and that tests of rules load. */
import type { backtestRule, warmUpFromMs } from './backtest.ts';
import type { createRuleReplay } from './replay.ts';
import type { readRuleTestFile } from './rule-test-file.ts';

export interface RuleTestParts {
  readonly createRuleReplay: typeof createRuleReplay;
  readonly readRuleTestFile: typeof readRuleTestFile;
}

/** Loads replays of rules, and the reader of their unit tests. */
export async function loadRuleTestParts(): Promise<RuleTestParts> {
  const [replay, reader] = await Promise.all([
    import('./replay.ts'),
    import('./rule-test-file.ts'),
  ]);
  return { ...replay, ...reader };
}

export interface RuleBacktestParts {
  readonly backtestRule: typeof backtestRule;
  readonly warmUpFromMs: typeof warmUpFromMs;
}

/** Loads backtests of rules. */
export async function loadRuleBacktest(): Promise<RuleBacktestParts> {
  return import('./backtest.ts');
}
