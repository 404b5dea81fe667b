/**
 * One evaluation of a group.
 *
 * Rules run in order, and what a recording rule gives is written at once, so that the rules after
 * it see it. Changes of alerts are gathered and stored in one go; only when they are stored is the
 * state in memory replaced and `ALERTS` written. So a crash at any point leaves either the old
 * state or the new one, and a failed store is tried again by the next evaluation. What it costs:
 * a rule that reads `ALERTS` of a rule of its own group sees the evaluation before.
 */
import { type Clock, errorMessage, type Log, timedOut } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import {
  type ActiveAlerts,
  type AlertTransition,
  type CompiledAlertRule,
  stepAlertRule,
} from './alert-state.ts';
import type { EvaluateInstant, EvaluateRule, RuleSample, WriteSamples } from './engine.ts';
import { PERSIST_TIMEOUT_MS } from './limits.ts';
import type { RecordingRule } from './rule.ts';
import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';
import { alertSamples, recordingSamples, seriesOf, staleSamples } from './rule-samples.ts';

/** Stores changes of alerts, all or none; may be given the same change again. */
export type PersistTransitions = (transitions: readonly AlertTransition[]) => Promise<void>;

export interface GroupEnvironment {
  readonly evaluate: EvaluateInstant;
  readonly evaluateRule: EvaluateRule;
  readonly write: WriteSamples;
  readonly persist: PersistTransitions;
  readonly clock: Clock;
  readonly log: Log;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Until when restored alerts are held whose element is not there. */
  readonly holdUntilMs: number;
  onTransition(transition: AlertTransition): void;
  /** Lets other work run between two rules. */
  pause(): Promise<void>;
}

export interface GroupOutcome {
  readonly evaluationCount: number;
  readonly failureCount: number;
}

/** What stepping an alerting rule came to, before it is stored. */
interface Stepped {
  readonly runtime: RuleRuntime;
  readonly active: ActiveAlerts;
  readonly transitions: readonly AlertTransition[];
}

/** Evaluates a group at one of its instants; failures end up in the rules' health. */
export async function evaluateGroup(
  group: GroupRuntime,
  slotMs: number,
  environment: GroupEnvironment,
): Promise<GroupOutcome> {
  const { clock } = environment;
  const startMs = clock.monotonicMs();
  const stepped: Stepped[] = [];
  for (const runtime of group.rules) {
    const step = await evaluateRule(runtime, { group, slotMs, environment });
    if (step !== undefined) stepped.push(step);
    await environment.pause();
  }
  await commitSteps(stepped, { group, slotMs, environment });
  group.lastEvaluationAt = clock.now();
  group.evaluationDurationMs = clock.monotonicMs() - startMs;
  group.evaluationCount++;
  const failureCount = group.rules.filter(({ health }) => health === 'err').length;
  return { evaluationCount: group.rules.length, failureCount };
}

interface At {
  readonly group: GroupRuntime;
  readonly slotMs: number;
  readonly environment: GroupEnvironment;
}

/** Runs one rule: a recording rule to its end, an alerting rule up to what must be stored. */
async function evaluateRule(runtime: RuleRuntime, at: At): Promise<Stepped | undefined> {
  const { clock } = at.environment;
  const startMs = clock.monotonicMs();
  runtime.lastEvaluationAt = clock.now();
  try {
    const { rule, compiled } = runtime;
    if (rule.kind === 'record') await record(runtime, rule, at);
    const step = compiled === undefined ? undefined : await stepRule(runtime, compiled, at);
    runtime.health = 'ok';
    runtime.lastError = undefined;
    return step;
  } catch (error) {
    const message = errorMessage(error);
    if (message !== runtime.lastError) {
      const fields = { group: at.group.group.name, rule: runtime.key, error: message };
      at.environment.log.warn('rule failed', fields);
    }
    fail(runtime, message);
    return undefined;
  } finally {
    runtime.evaluationDurationMs = clock.monotonicMs() - startMs;
  }
}

async function record(runtime: RuleRuntime, rule: RecordingRule, at: At): Promise<void> {
  const timeMs = at.slotMs - at.group.queryOffsetMs;
  const vector = await at.environment.evaluateRule(rule.expression, timeMs, runtime.key);
  const limit = at.group.group.limit;
  writeSeries(runtime, recordingSamples(rule, vector, { timeMs, limit }), at);
}

async function stepRule(
  runtime: RuleRuntime,
  compiled: CompiledAlertRule,
  at: At,
): Promise<Stepped> {
  const { group, slotMs, environment } = at;
  const { evaluate, evaluateRule: evaluateOwn, externalLabels, externalUrl } = environment;
  const { holdUntilMs } = environment;
  const atMs = slotMs - group.queryOffsetMs;
  const samples = await evaluateOwn(compiled.rule.expression, atMs, runtime.key);
  let templateError: string | undefined;
  const { active, transitions } = stepAlertRule({
    rule: compiled,
    active: runtime.active,
    samples,
    nowMs: slotMs,
    limit: group.group.limit,
    isHeld: (key) => slotMs < holdUntilMs && runtime.unseen.has(key),
    context: {
      externalLabels,
      environment: {
        nowMs: slotMs,
        externalUrl,
        query: (expression) => evaluate(expression, slotMs),
      },
      onError: (message) => {
        templateError = message;
      },
    },
  });
  noteTemplateError(runtime, templateError, environment.log);
  return { runtime, active, transitions };
}

/** Logs a broken template when it breaks, not at each evaluation. */
function noteTemplateError(runtime: RuleRuntime, message: string | undefined, log: Log): void {
  if (message !== undefined && message !== runtime.templateError) {
    log.warn('cannot expand a template of an alert', { rule: runtime.key, error: message });
  }
  runtime.templateError = message;
}

/** Stores the changes, and takes over the new states of the rules whose changes are stored. */
async function commitSteps(stepped: readonly Stepped[], at: At): Promise<void> {
  const transitions = stepped.flatMap((step) => step.transitions);
  let refusal: string | undefined;
  if (transitions.length > 0) {
    try {
      await persistInTime(transitions, at.environment);
    } catch (error) {
      refusal = `cannot store changes of alerts: ${errorMessage(error)}`;
    }
    noteRefusal(refusal, at);
  }
  const stored: AlertTransition[] = [];
  for (const { runtime, active, transitions: own } of stepped) {
    if (own.length > 0 && refusal !== undefined) {
      fail(runtime, refusal);
      continue;
    }
    noteSeen(runtime, active);
    runtime.active = active;
    stored.push(...own);
    try {
      const timeMs = at.slotMs - at.group.queryOffsetMs;
      writeSeries(runtime, alertSamples(active.values(), timeMs), at);
    } catch (error) {
      fail(runtime, `cannot write ALERTS: ${errorMessage(error)}`);
    }
  }
  // Last, so that a listener that throws finds every state in place.
  for (const transition of stored) at.environment.onTransition(transition);
}

/** Logs when it begins and when it is over, not at each evaluation. */
function noteRefusal(refusal: string | undefined, { group, environment }: At): void {
  const { log } = environment;
  const fields = { group: group.group.name };
  if (refusal !== undefined && group.refusal === undefined) log.error(refusal, fields);
  if (refusal === undefined && group.refusal !== undefined) {
    log.info('changes of alerts are stored again', fields);
  }
  group.refusal = refusal;
}

/** A restored alert has been seen once it is anew: stepping makes a new object of it. */
function noteSeen(runtime: RuleRuntime, active: ActiveAlerts): void {
  for (const key of runtime.unseen) {
    if (active.get(key) !== runtime.active.get(key)) runtime.unseen.delete(key);
  }
}

/** Stores changes, and fails where that takes too long; it may still happen after that. */
export async function persistInTime(
  transitions: readonly AlertTransition[],
  { clock, persist }: Pick<GroupEnvironment, 'clock' | 'persist'>,
): Promise<void> {
  await withTimeout(clock, PERSIST_TIMEOUT_MS, persist(transitions));
}

/** Rejects where a promise takes longer than it may. */
export async function withTimeout<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = clock.after(limitMs, () => {
    reject(timedOut('RULES_STORE_TIMEOUT', `no answer within ${limitMs / 1000} s`));
  });
  try {
    return await Promise.race([work, promise]);
  } finally {
    timer.cancel();
  }
}

/** Writes a rule's samples and ends the series that it no longer has. */
function writeSeries(runtime: RuleRuntime, samples: readonly RuleSample[], at: At): void {
  const series = seriesOf(samples);
  const timeMs = at.slotMs - at.group.queryOffsetMs;
  at.environment.write([...samples, ...staleSamples(runtime.series, series, timeMs)]);
  runtime.series = series;
}

function fail(runtime: RuleRuntime, message: string): void {
  runtime.health = 'err';
  runtime.lastError = message;
}
