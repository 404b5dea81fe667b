/**
 * Backtests: an alerting rule, edited or new, run over stored history, beside the rule in force.
 *
 * `rules` steps the rule (`backtestRule`), `tally.ts` counts what it would have done, `gaps.ts`
 * finds the parts of the range without data, `comparison.ts` holds two rules against each other.
 */
export { candidateInForce, findRuleInForce, type RuleInForce } from './candidate.ts';
export type { Candidate } from './model.ts';
export {
  type BacktestAsker,
  type Backtests,
  createBacktests,
  type HistoryQuestion,
  meansItsRange,
} from './service.ts';
