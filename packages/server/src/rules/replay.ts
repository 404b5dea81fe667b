/**
 * Evaluates groups of rules at instants that the caller names: for unit tests of rules, and over
 * history.
 *
 * It is the server's own evaluation (`evaluateGroup`), with a clock that stands at the instant and
 * with nothing on record, so that a replay and a server come to the same states. The one who
 * replays is the master of time: instants rise, and each is done when its promise is.
 */
import { createManualClock, createSilentLog } from '../platform/index.ts';
import { EMPTY_LABELS, type Labels } from '../series/index.ts';
import type { AlertInstance, AlertTransition } from './alert-state.ts';
import type { EvaluateInstant, EvaluateRule, WriteSamples } from './engine.ts';
import { evaluateGroup, type GroupEnvironment } from './group-evaluation.ts';
import { DEFAULT_INTERVAL_MS } from './limits.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { assignRuleKeys } from './rule-key.ts';
import { createGroupRuntime, createRuleRuntime, type GroupRuntime } from './rule-runtime.ts';

export interface RuleReplayOptions {
  /** Evaluated in this order at each instant, whatever their intervals. */
  readonly groups: readonly RuleGroup[];
  readonly evaluate: EvaluateInstant;
  /** For rules' own expressions; where it is not given, they are evaluated as templates are. */
  readonly evaluateRule?: EvaluateRule;
  readonly write: WriteSamples;
  readonly externalLabels?: Labels;
  readonly externalUrl?: string;
  /** How far in the past groups evaluate that do not say so themselves. */
  readonly defaultQueryOffsetMs?: number;
  /** Told of each change of an alert, in the order of time. */
  readonly onTransition?: (transition: AlertTransition) => void;
}

/** A rule that could not be evaluated at an instant. */
export interface RuleFailure {
  readonly group: RuleGroup;
  readonly rule: Rule;
  readonly message: string;
}

/** The alerts of one rule as the last instant left them. */
export interface ReplayedAlerts {
  readonly group: RuleGroup;
  readonly rule: Rule;
  /** Pending and firing ones. */
  readonly active: Iterable<AlertInstance>;
}

export interface RuleReplay {
  /** Evaluates all groups at an instant after those before it; answers the rules that failed. */
  evaluateAt(atMs: number): Promise<readonly RuleFailure[]>;
  /** The alerting rules of a name with their alerts; without a name, all of them. */
  alerts(ruleName?: string): readonly ReplayedAlerts[];
}

/** Builds a replay in which nothing has been evaluated yet. */
export function createRuleReplay(options: RuleReplayOptions): RuleReplay {
  const clock = createManualClock();
  const environment: GroupEnvironment = {
    evaluate: options.evaluate,
    evaluateRule: options.evaluateRule ?? options.evaluate,
    write: options.write,
    persist: async () => {},
    clock,
    log: createSilentLog(),
    externalLabels: options.externalLabels ?? EMPTY_LABELS,
    externalUrl: options.externalUrl ?? '',
    // Nothing is restored, so nothing is held.
    holdUntilMs: -Infinity,
    onTransition: (transition) => options.onTransition?.(transition),
    pause: async () => {},
  };
  const groups = createRuntimes(options);
  return {
    async evaluateAt(atMs) {
      clock.advance(atMs - clock.now());
      for (const group of groups) await evaluateGroup(group, atMs, environment);
      return groups.flatMap(listFailures);
    },
    alerts: (ruleName) => groups.flatMap((group) => listAlerts(group, ruleName)),
  };
}

function createRuntimes(options: RuleReplayOptions): readonly GroupRuntime[] {
  const keys = assignRuleKeys(options.groups);
  const defaults = {
    intervalMs: DEFAULT_INTERVAL_MS,
    queryOffsetMs: options.defaultQueryOffsetMs ?? 0,
  };
  return options.groups.map((group, g) => {
    const rules = group.rules.map((rule, r) => createRuleRuntime(keys[g][r], group.name, rule));
    return createGroupRuntime(group, rules, { defaults, previous: undefined, nowMs: 0 });
  });
}

function listFailures({ group, rules }: GroupRuntime): readonly RuleFailure[] {
  return rules.flatMap(({ rule, health, lastError }) =>
    health === 'err' ? [{ group, rule, message: lastError ?? '' }] : [],
  );
}

function listAlerts(
  { group, rules }: GroupRuntime,
  ruleName: string | undefined,
): readonly ReplayedAlerts[] {
  return rules.flatMap(({ rule, active }) => {
    const isAsked = rule.kind === 'alert' && (ruleName ?? rule.name) === rule.name;
    return isAsked ? [{ group, rule, active: active.values() }] : [];
  });
}
