/** The rules of all files by what they share. */
import type { GroupView, Rule, RuleView } from '../rules/index.ts';
import type { PlacedRule, RuleIndex } from './model.ts';
import { metricsOf } from './selectors.ts';

/** Builds the index; of several alike the first counts. */
export function createRuleIndex(
  rules: readonly PlacedRule[],
  inForce: readonly GroupView[],
): RuleIndex {
  const alike = new Map<string, PlacedRule>();
  const named = new Map<string, PlacedRule>();
  const recorded = new Map<string, PlacedRule>();
  const groups = new Set<string>();
  const read = new Set<string>();
  for (const placed of rules) {
    const { rule, group, expr } = placed;
    keepFirst(alike, identityOf(rule), placed);
    keepFirst(rule.kind === 'alert' ? named : recorded, rule.name, placed);
    groups.add(group.name);
    for (const metric of metricsOf(expr)) read.add(metric);
  }
  const elsewhere = new Map<string, GroupView>();
  for (const group of inForce) {
    // The file that is linted is most often one of those in force.
    if (groups.has(group.name)) continue;
    for (const rule of group.rules) keepFirst(elsewhere, identityOf(rule), group);
  }
  return {
    firstAlike: ({ rule }) => alike.get(identityOf(rule)),
    firstNamed: (alert) => named.get(alert),
    recordingOf: (metric) => recorded.get(metric),
    isRead: (metric) => read.has(metric),
    elsewhere: ({ rule }) => elsewhere.get(identityOf(rule)),
  };
}

function keepFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

/** Two recordings with one name and labels collide whatever their expressions are. */
function identityOf({ kind, name, labels, expression }: Rule | RuleView): string {
  return JSON.stringify([kind, name, labels, kind === 'alert' ? expression.trim() : '']);
}
