/** What a relabelling rule changed: the difference between the labels before and after it. */
import type { RelabelRule, RelabelSteps } from '@nines/contract';

type Pairs = Readonly<Record<string, string>>;

export interface LabelChange {
  readonly name: string;
  /** null: the label was not there. */
  readonly from: string | null;
  /** null: the label is gone. */
  readonly to: string | null;
}

export interface StepView {
  readonly number: number;
  readonly rule: RelabelRule;
  /** What the rule did: it dropped the target, changed labels, or nothing. */
  readonly outcome: 'dropped' | 'changed' | 'unchanged';
  readonly changes: readonly LabelChange[];
}

/** The steps up to the one that drops, each with its changes. */
export function listStepViews(found: Pairs, { steps }: RelabelSteps): readonly StepView[] {
  const views: StepView[] = [];
  let before: Pairs = found;
  for (const [index, { rule, labels }] of steps.entries()) {
    const number = index + 1;
    if (labels === null) {
      views.push({ number, rule, outcome: 'dropped', changes: [] });
      break;
    }
    const changes = listChanges(before, labels);
    views.push({ number, rule, outcome: changes.length > 0 ? 'changed' : 'unchanged', changes });
    before = labels;
  }
  return views;
}

function listChanges(before: Pairs, after: Pairs): readonly LabelChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, from: before[name] ?? null, to: after[name] ?? null }))
    .filter(({ from, to }) => from !== to);
}

/** A rule on one line: what differs from its defaults. */
export function formatRule(rule: RelabelRule): string {
  const { sourceLabels, regex, targetLabel, replacement, modulus, separator } = rule;
  return [
    sourceLabels.length === 0 ? '' : `source_labels: [${sourceLabels.join(', ')}]`,
    separator === ';' ? '' : `separator: ${JSON.stringify(separator)}`,
    regex === '(.*)' ? '' : `regex: ${regex}`,
    modulus === 0 ? '' : `modulus: ${modulus}`,
    targetLabel === '' ? '' : `target_label: ${targetLabel}`,
    replacement === '$1' ? '' : `replacement: ${JSON.stringify(replacement)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
