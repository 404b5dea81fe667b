/**
 * Why an alert is there, or why a rule does not fire: bounded in number, questions and time, and
 * ended with the asker.
 *
 * What happened is taken from the record, what was measured is asked of the stored samples at the
 * instants of the rule's evaluations (docs/adr/0152), and the rule's states are replayed where
 * there is no record of them.
 */
import type { Explanation, RuleList, WhyQuery } from '@nines/contract';
import type { AlertTrail } from '../alerts/index.ts';
import { type BacktestAsker, findRuleInForce, type RuleInForce } from '../backtests/index.ts';
import { findNearest, invalid, limitExceeded, notFound } from '../platform/index.ts';
import { findProbation, type GroupView, type TextPairs } from '../rules/index.ts';
import { createAsk } from './ask.ts';
import { explainAlert } from './explain-alert.ts';
import { explainRule } from './explain-rule.ts';
import { EXPLANATION_TIMEOUT_MS, EXPLANATIONS_MAX, NAMES_SHOWN } from './limits.ts';
import type { ExplanationsOptions } from './inquiry.ts';

export interface Explanations {
  /** Explains an alert or a rule; throws when the asker goes away. */
  explain(query: WhyQuery, asker: BacktestAsker): Promise<Explanation>;
}

/** Builds the use case. */
export function createExplanations(options: ExplanationsOptions): Explanations {
  let runningCount = 0;
  return {
    async explain(query, asker) {
      if (runningCount >= EXPLANATIONS_MAX) {
        const message = `${runningCount} explanations are under way, as many as may: try later`;
        throw limitExceeded('WHY_TOO_MANY', message);
      }
      runningCount++;
      try {
        return await explain(query, options, asker);
      } finally {
        runningCount--;
      }
    },
  };
}

async function explain(
  { alert, rule, group, at }: WhyQuery,
  options: ExplanationsOptions,
  asker: BacktestAsker,
): Promise<Explanation> {
  const { clock, pause } = options;
  const nowMs = clock.now();
  if ((alert === undefined) === (rule === undefined)) {
    throw invalid('WHY_INVALID', 'give either an alert or a rule');
  }
  if (at !== undefined && at > nowMs) {
    throw invalid('WHY_INVALID', 'the time must not be in the future');
  }
  const timeoutMs = Math.min(EXPLANATION_TIMEOUT_MS, options.queryTimeoutMs());
  const ask = createAsk({
    ask: options.ask,
    asker,
    clock,
    deadlineMs: clock.monotonicMs() + timeoutMs,
    pause,
  });
  const inquiry = { options, ask, nowMs, atMs: at };
  if (alert !== undefined) {
    const trail = await options.alerts.getTrail(alert);
    return explainAlert({ trail, rule: findRuleOf(trail, options.groups()) }, inquiry);
  }
  return explainRule(getRule(options.groups(), rule ?? '', group), inquiry);
}

function findRuleOf(
  { ruleKey }: AlertTrail,
  groups: readonly GroupView[],
): RuleInForce | undefined {
  for (const group of groups) {
    const rule = group.rules.find(({ key }) => key === ruleKey);
    if (rule !== undefined) return { group, rule };
  }
  return undefined;
}

function getRule(
  groups: readonly GroupView[],
  name: string,
  groupName: string | undefined,
): RuleInForce {
  const wanted = groupName === undefined ? { name } : { name, group: groupName };
  const found = findRuleInForce(groups, wanted);
  if (found !== undefined && (groupName ?? found.group.name) === found.group.name) return found;
  const where = groupName === undefined ? '' : ` in group "${groupName}"`;
  throw notFound(
    'WHY_RULE_NOT_FOUND',
    `no alerting rule "${name}" is in force${where}${nameOthers(name, groups)}`,
  );
}

function nameOthers(name: string, groups: readonly GroupView[]): string {
  const rules = groups.flatMap((group) => group.rules.filter(({ kind }) => kind === 'alert'));
  const names = [...new Set(rules.map((rule) => rule.name))];
  const nearest = findNearest(name, names);
  if (nearest !== undefined && nearest !== name) return `; did you mean "${nearest}"?`;
  if (names.length === 0) return '; no alerting rule is';
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return `; those in force are ${names.slice(0, NAMES_SHOWN).join(', ')}${more}`;
}

/** How often rules, named by their keys, have fired since times of their own. */
export type CountRuleFirings = (
  rules: readonly { readonly key: string; readonly sinceMs: number }[],
) => Promise<ReadonlyMap<string, number>>;

/** The alerting rules in force, and what came of those that are on probation. */
export async function listRules(
  groups: readonly GroupView[],
  countFirings: CountRuleFirings,
  nowMs: number,
): Promise<RuleList> {
  const found = groups.flatMap((group) =>
    group.rules
      .filter(({ kind }) => kind === 'alert')
      .map((rule) => ({ group, rule, probation: findProbation(toRecord(rule.annotations)) })),
  );
  const counts = await countFirings(
    found.flatMap(({ rule: { key }, probation }) =>
      probation === undefined ? [] : [{ key, sinceMs: probation.fromMs }],
    ),
  );
  const rules = found.map(({ group, rule, probation }) => ({
    name: rule.name,
    group: group.name,
    file: group.file,
    expression: rule.expression,
    state: rule.state,
    error: rule.lastError ?? null,
    activeCount: rule.alerts.length,
    probation:
      probation === undefined
        ? null
        : {
            author: probation.author,
            from: probation.fromMs,
            until: probation.untilMs,
            isOver: probation.untilMs <= nowMs,
            firedCount: counts.get(rule.key) ?? 0,
          },
  }));
  return { now: nowMs, rules };
}

function toRecord(pairs: TextPairs): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs);
}
