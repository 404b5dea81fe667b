/**
 * What makes a rule the same rule after its file was edited or the server restarted.
 *
 * Its group's name, its own name and its static labels, as in Prometheus; neither the file nor the
 * expression nor `for`, so that a rule can be moved and tuned while its alert is active. Of rules
 * alike in all of that the first stays the first, the second the second: `#2`.
 */
import { quote } from '../series/index.ts';
import type { Rule, RuleGroup } from './rule.ts';

/** The key of a rule that has no twin before it: `checkout/HighErrors{severity="page"}`. */
export function ruleKey(groupName: string, rule: Rule): string {
  const labels = rule.labels.map(([name, text]) => `${name}=${quote(text)}`).join(', ');
  const kind = rule.kind === 'record' ? 'record ' : '';
  return `${kind}${groupName}/${rule.name}{${labels}}`;
}

/** The keys of all rules, group by group and in order. */
export function assignRuleKeys(groups: readonly RuleGroup[]): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  return groups.map((group) =>
    group.rules.map((rule) => {
      const key = ruleKey(group.name, rule);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count === 1 ? key : `${key}#${count}`;
    }),
  );
}
