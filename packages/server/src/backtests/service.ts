/** Backtests as the API runs them: bounded in number, instants and time, and ended with the asker. */
import type { Backtest, BacktestRequest } from '@nines/contract';
import {
  AppError,
  type Clock,
  errorMessage,
  formatDuration,
  invalid,
  limitExceeded,
  unavailable,
} from '../platform/index.ts';
import { type MatrixSeries, parseExpr } from '../promql/index.ts';
import type {
  CheckExpression,
  EvaluateHistory,
  GroupView,
  Instants,
  RuleBacktestParts,
} from '../rules/index.ts';
import type { Labels } from '../series/index.ts';
import {
  candidateInForce,
  findRuleInForce,
  type GroupDefaults,
  readCandidate,
} from './candidate.ts';
import { compareTested } from './comparison.ts';
import { findGaps, planGaps } from './gaps.ts';
import { BACKTEST_INSTANTS_MAX, BACKTEST_TIMEOUT_MS, BACKTESTS_MAX } from './limits.ts';
import type { Candidate, Range, Tested } from './model.ts';
import { createNight } from './night.ts';
import { createTally } from './tally.ts';
import { viewTested } from './views.ts';

/** Who asks, and what is aborted when nobody waits any more. */
export interface BacktestAsker {
  readonly name: string;
  readonly signal: AbortSignal;
}

/** One question to the store. */
export interface HistoryQuestion extends Instants {
  readonly text: string;
  readonly timeoutMs: number;
}

export interface BacktestsOptions extends RuleBacktestParts {
  readonly groups: () => readonly GroupView[];
  /** Of groups that do not say so themselves. */
  readonly defaults: () => GroupDefaults;
  /** Evaluates; at one instant as rules do, over a range where there are several. */
  readonly ask: (
    question: HistoryQuestion,
    asker: BacktestAsker,
  ) => Promise<readonly MatrixSeries[]>;
  readonly checkExpression: CheckExpression;
  readonly clock: Clock;
  /** How long a query may take by the configuration in force. */
  readonly queryTimeoutMs: () => number;
  readonly externalLabels: () => Labels;
  readonly externalUrl: string;
  /** Whose nights count where nobody says so. */
  readonly timeZone: string;
  readonly pause: () => Promise<void>;
}

export interface Backtests {
  /** Runs a rule over history; throws when the asker goes away. */
  run(request: BacktestRequest, asker: BacktestAsker): Promise<Backtest>;
}

/** Builds the use case. */
export function createBacktests(options: BacktestsOptions): Backtests {
  let runningCount = 0;
  return {
    async run(request, asker) {
      if (runningCount >= BACKTESTS_MAX) {
        const message = `${runningCount} backtests run already, as many as may: try later`;
        throw limitExceeded('BACKTEST_TOO_MANY', message);
      }
      runningCount++;
      try {
        return await runBacktest(request, { options, asker });
      } finally {
        runningCount--;
      }
    },
  };
}

interface Task {
  readonly options: BacktestsOptions;
  readonly asker: BacktestAsker;
}

async function runBacktest(request: BacktestRequest, task: Task): Promise<Backtest> {
  const { options } = task;
  const now = options.clock.now();
  const range = { fromMs: request.fromMs, toMs: Math.min(request.toMs, now) };
  if (range.fromMs >= range.toMs) {
    throw invalid('BACKTEST_INVALID', 'the range must begin before it ends, and before now');
  }
  const inForce = findRuleInForce(options.groups(), request);
  const { checkExpression } = options;
  const candidate = readCandidate(request, inForce, { checkExpression, ...options.defaults() });
  const timeZone = request.timeZone ?? options.timeZone;
  const run = {
    ...task,
    range,
    isNight: createNight(timeZone),
    deadlineMs:
      options.clock.monotonicMs() + Math.min(BACKTEST_TIMEOUT_MS, options.queryTimeoutMs()),
  };
  const tested = await testRule(candidate, run);
  const isCompared = request.comparesInForce === true && inForce !== undefined;
  const before = isCompared ? await testRule(candidateInForce(inForce), run) : undefined;
  const noData = await lookForGaps(candidate, run);
  return {
    now,
    ...range,
    intervalMs: candidate.intervalMs,
    timeZone,
    noData: noData === undefined ? null : [...noData],
    tested: viewTested(tested, range, noData),
    inForce: before === undefined ? null : viewTested(before, range, noData),
    comparison: before === undefined ? null : compareTested(tested, before, range),
  };
}

interface RunContext extends Task {
  readonly range: Range;
  readonly isNight: (atMs: number) => boolean;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

async function testRule(candidate: Candidate, context: RunContext): Promise<Tested> {
  const { options, range, isNight } = context;
  const { rule, intervalMs, offsetMs, place } = candidate;
  const cadence = { intervalMs, offsetMs };
  const instantCount =
    (range.toMs - options.warmUpFromMs(rule, cadence, range.fromMs)) / intervalMs;
  if (instantCount > BACKTEST_INSTANTS_MAX) {
    throw invalid(
      'BACKTEST_TOO_LONG',
      `${Math.round(instantCount)} evaluations at an interval of ${formatDuration(intervalMs)} are too many; ` +
        `at most ${BACKTEST_INSTANTS_MAX} are done: shorten the range or widen the interval`,
    );
  }
  const tally = createTally(range, isNight);
  const outcome = await options.backtestRule({
    ...candidate,
    ...range,
    cadence,
    groupName: place?.group ?? '',
    evaluate: createEvaluate(context),
    ...(meansItsRange(rule.expression) ? { instantsAtOnce: 1 } : {}),
    externalLabels: options.externalLabels(),
    externalUrl: options.externalUrl,
    onTransition: (transition) => tally.note(transition),
    pause: options.pause,
  });
  return { candidate, outcome, tally: tally.finish(outcome.evaluatedToMs ?? range.fromMs) };
}

/**
 * Whether an expression may mean another thing over a range than at each of its instants: `start()`,
 * `@ end()`, `[step()]`. A name in a text that looks so costs time and nothing else.
 */
export function meansItsRange(expression: string): boolean {
  return /\b(start|end|step|range)\s*\(/.test(expression);
}

/** A failure of the expression itself is one of its evaluation; others end the backtest. */
const EVALUATION_FAULTS = new Set([
  'QUERY_FAILED',
  'QUERY_INVALID',
  'QUERY_TOO_DEAR',
  'QUERY_TOO_MANY_SAMPLES',
]);

function createEvaluate({ options, asker, deadlineMs }: RunContext): EvaluateHistory {
  return async (text, instants) => {
    if (asker.signal.aborted) throw unavailable('QUERY_CANCELED', 'backtest was canceled');
    const timeoutMs = Math.floor(deadlineMs - options.clock.monotonicMs());
    if (timeoutMs < 1) return { kind: 'stopped' };
    try {
      const elements = await options.ask({ text, ...instants, timeoutMs }, asker);
      return { kind: 'elements', elements };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'QUERY_TIMEOUT') return { kind: 'stopped' };
      if (!EVALUATION_FAULTS.has(error.code)) throw error;
      return { kind: 'failed', message: errorMessage(error) };
    }
  };
}

/** The parts without data; undefined where that cannot be told, or not in time. */
async function lookForGaps(
  { rule }: Candidate,
  context: RunContext,
): Promise<readonly Range[] | undefined> {
  const { range } = context;
  const plan = planGaps(parseExpr(rule.expression), range);
  if (plan === undefined) return undefined;
  const { text, stepMs, fromMs, toMs } = plan;
  const result = await createEvaluate(context)(text, { fromMs, toMs, stepMs });
  return result.kind === 'elements' ? findGaps(result.elements, range, plan) : undefined;
}
