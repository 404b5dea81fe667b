/** Looks a rule up for the page of one of its alerts. */
import type { AlertDetail } from '@nines/contract';
import type { RuleManager } from '../rules/index.ts';

/** The rule of a key; undefined: it is not, or no longer, in force. */
export function findRule(
  rules: RuleManager | undefined,
  key: string,
): NonNullable<AlertDetail['rule']> | undefined {
  for (const group of rules?.groups() ?? []) {
    const rule = group.rules.find((one) => one.key === key);
    if (rule === undefined) continue;
    const { expression, forMs, keepFiringForMs } = rule;
    return { group: group.name, file: group.file, expression, forMs, keepFiringForMs };
  }
  return undefined;
}
