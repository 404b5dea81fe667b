/** A rule that has no file yet, as one. */
import type { LintFinding, LintRequest } from '@nines/contract';
import { formatConfigDuration } from '../format/duration.ts';

export interface DraftRule {
  /** '' where it has none. */
  readonly name: string;
  readonly group: string;
  readonly expression: string;
  readonly forMs: number;
}

/** JSON is YAML, and needs no quoting of its own. */
export function draftFile(rule: DraftRule): LintRequest['files'][number] {
  const { name, group, expression, forMs } = rule;
  const alert = {
    alert: name === '' ? 'New' : name,
    expr: expression,
    for: formatConfigDuration(forMs),
  };
  const groups = [{ name: group === '' ? 'new' : group, rules: [alert] }];
  return { file: 'draft.yml', text: JSON.stringify({ groups }) };
}

const ABOUT_EXPRESSION = /^(?:promql|query)\/|^alerts\/(?:comparison|count|for|absent)$/;

/** Labels and annotations are not part of what is tried out. */
export function isAboutExpression({ check }: Pick<LintFinding, 'check'>): boolean {
  return ABOUT_EXPRESSION.test(check);
}
