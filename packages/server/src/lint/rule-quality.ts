/**
 * What is on record of alerting rules: which never fire, which come and go, which always fire
 * together. Each is a question to whoever owns the rule: what is it for?
 */
import type { RuleQuality, RuleRecord } from '@nines/contract';
import type { RuleFiring } from '../alerts/index.ts';
import type { GroupView } from '../rules/index.ts';
import {
  FLAP_RATIO,
  FLAPS_MIN,
  RETURN_MS,
  TOGETHER_MIN,
  TOGETHER_MS,
  TOGETHER_RATIO,
  TOGETHER_RULES_MAX,
} from './limits.ts';

export interface QualityQuestion {
  readonly groups: readonly GroupView[];
  /** In the order in which they fired. */
  readonly firings: readonly RuleFiring[];
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** Judges the rules in force by the alerts that they had. */
export function judgeRules(question: QualityQuestion): RuleQuality {
  const { groups, firings, nowMs, sinceMs } = question;
  const byRule = Map.groupBy(firings, ({ ruleKey }) => ruleKey);
  const rules = groups.flatMap(({ name: group, file, rules: all }) =>
    all
      .filter(({ kind }) => kind === 'alert')
      .map(({ key, name }) => ({ key, name, group, file, firings: byRule.get(key) ?? [] })),
  );
  return {
    now: nowMs,
    since: sinceMs,
    rules: rules
      .map(({ name, group, file, firings: own }) => ({
        name,
        group,
        file,
        ...recordOf(own, nowMs),
      }))
      .toSorted((a, b) => b.firedCount - a.firedCount),
    together: findTogether(rules),
  };
}

function recordOf(
  firings: readonly RuleFiring[],
  nowMs: number,
): Omit<RuleRecord, 'name' | 'group' | 'file'> {
  const returnedCount = countReturned(firings);
  const firingMs = firings.reduce(
    (sum, { firedAtMs, resolvedAtMs }) => sum + (resolvedAtMs ?? nowMs) - firedAtMs,
    0,
  );
  return {
    firedCount: firings.length,
    acknowledgedCount: firings.filter((one) => one.isAcknowledged).length,
    returnedCount,
    firingMs,
    lastFiredAt: firings.at(-1)?.firedAtMs ?? null,
    isFlapping: returnedCount >= FLAPS_MIN && returnedCount >= firings.length * FLAP_RATIO,
  };
}

/** Firings that follow the end of the one before of the same instance at once. */
function countReturned(firings: readonly RuleFiring[]): number {
  const endedAt = new Map<string, number>();
  let count = 0;
  for (const { fingerprint, firedAtMs, resolvedAtMs } of firings) {
    const before = endedAt.get(fingerprint);
    if (before !== undefined && firedAtMs - before <= RETURN_MS) count++;
    if (resolvedAtMs !== undefined) endedAt.set(fingerprint, resolvedAtMs);
  }
  return count;
}

interface Fired {
  readonly name: string;
  readonly group: string;
  readonly firings: readonly RuleFiring[];
}

function findTogether(rules: readonly Fired[]): RuleQuality['together'] {
  const often = rules
    .filter(({ firings }) => firings.length >= TOGETHER_MIN)
    .toSorted((a, b) => b.firings.length - a.firings.length)
    .slice(0, TOGETHER_RULES_MAX);
  const pairs: RuleQuality['together'] = [];
  often.forEach((first, index) => {
    for (const second of often.slice(index + 1)) {
      const count = countBeside(first.firings, second.firings);
      const isBoth =
        count >= first.firings.length * TOGETHER_RATIO &&
        countBeside(second.firings, first.firings) >= second.firings.length * TOGETHER_RATIO;
      if (isBoth) pairs.push({ first: nameOf(first), second: nameOf(second), count });
    }
  });
  return pairs;
}

function nameOf({ name, group }: Fired): { name: string; group: string } {
  return { name, group };
}

/** How many of one rule's alerts begin close to one of another's; both in the order of time. */
function countBeside(own: readonly RuleFiring[], others: readonly RuleFiring[]): number {
  let at = 0;
  let count = 0;
  for (const { firedAtMs } of own) {
    while (at < others.length && others[at].firedAtMs < firedAtMs - TOGETHER_MS) at++;
    if (at < others.length && others[at].firedAtMs <= firedAtMs + TOGETHER_MS) count++;
  }
  return count;
}
