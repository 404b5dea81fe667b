/** Labels that somebody asks for and nothing can have. */
import { type AggregateNode, type BinaryNode, childrenOf, type Expr } from '../promql/index.ts';
import { METRIC_NAME } from '../series/index.ts';
import { adding, canHave, labelsOf, type LabelSet } from './label-set.ts';
import type { CheckContext, CheckRule, Finding, PlacedAlert, PlacedRule } from './model.ts';
import { formatSelector, metricOf } from './selectors.ts';

type LabelsOf = (expr: Expr) => LabelSet;

/** What the store says of a selector, else what the rule that records its metric would write. */
function createLabelsOf({ facts, index }: CheckContext): LabelsOf {
  // Recordings that read one another would go round for ever.
  const open = new Set<string>();
  const of: LabelsOf = (expr) =>
    labelsOf(expr, (selector) => {
      const names = facts.server?.selectors.get(formatSelector(selector))?.labelNames;
      if (names !== undefined) return { kind: 'only', names };
      const metric = metricOf(selector) ?? '';
      const recording = index.recordingOf(metric);
      if (recording === undefined || open.has(metric)) return undefined;
      open.add(metric);
      const labels = recording.rule.labels.map(([name]) => name);
      const recorded = adding(of(recording.expr), [METRIC_NAME, ...labels]);
      open.delete(metric);
      return recorded;
    });
  return of;
}

/** Groupings and matchings by labels that their operands cannot have. */
export const checkImpossible: CheckRule = (placed, context) =>
  walk(placed, placed.expr, createLabelsOf(context));

function walk(placed: PlacedRule, expr: Expr, of: LabelsOf): readonly Finding[] {
  const inner = childrenOf(expr).flatMap((child) => walk(placed, child, of));
  if (expr.type === 'aggregate') return [...checkGrouping(placed, expr, of), ...inner];
  if (expr.type === 'binary') return [...checkMatching(placed, expr, of), ...inner];
  return inner;
}

function checkGrouping(placed: PlacedRule, node: AggregateNode, of: LabelsOf): readonly Finding[] {
  const { grouping, isWithout, operator, operand, span } = node;
  const had = of(operand);
  const missing = grouping.filter((name) => !canHave(had, name));
  if (missing.length === 0) return [];
  const names = missing.join(', ');
  const clause = isWithout ? 'without' : 'by';
  return [
    {
      check: 'promql/impossible',
      // `without` a label that is not there changes nothing; `by` one groups by nothing.
      severity: isWithout ? 'note' : 'warning',
      ...placed.placeInExpression(span.start),
      placed,
      message: `${operator} ${clause} (${grouping.join(', ')}): no series within has ${names}`,
      reason: isWithout
        ? 'it has no effect'
        : 'all of them are put together as if it were not said',
      advice: `leave out ${names}, or keep it in what is aggregated; ${describe(had)}`,
    },
  ];
}

function checkMatching(placed: PlacedRule, node: BinaryNode, of: LabelsOf): readonly Finding[] {
  const { matching, operator, left, right, span } = node;
  if (matching === undefined || operator === 'or') return [];
  const sides = [of(left), of(right)] as const;
  const base = {
    check: 'promql/impossible',
    ...placed.placeInExpression(span.start),
    placed,
  } as const;
  if (matching.isOn) {
    // Where both sides lack it, the others of the list still match.
    const missing = matching.labels.filter(
      (name) => canHave(sides[0], name) !== canHave(sides[1], name),
    );
    if (missing.length === 0) return [];
    const names = missing.join(', ');
    return [
      {
        ...base,
        severity: 'error',
        message: `${operator} on (${matching.labels.join(', ')}): one side never has ${names}`,
        reason: 'no series of the one side has a partner on the other',
        advice: `match on labels that both have; left: ${describe(sides[0])}, right: ${describe(sides[1])}`,
      },
    ];
  }
  const [bare, other] = isBare(sides[0]) ? sides : isBare(sides[1]) ? [sides[1], sides[0]] : [];
  if (bare === undefined || other?.kind !== 'only' || isBare(other)) return [];
  if ([...other.names].every((name) => matching.labels.includes(name))) return [];
  // A label may be empty on some series; only where store or grouping says so is it there.
  return [
    {
      ...base,
      severity: 'warning',
      message: `${operator}: one side has no labels, and the other has ${[...other.names].join(', ')}`,
      reason: 'only series without these labels would match',
      advice: 'say which labels to match: on () or ignoring (…), with group_left or group_right',
    },
  ];
}

function isBare({ kind, names }: LabelSet): boolean {
  return kind === 'only' && names.size === 0;
}

function describe({ kind, names }: LabelSet): string {
  const list = [...names]
    .filter((name) => name !== METRIC_NAME)
    .toSorted()
    .join(', ');
  if (kind === 'only') return list === '' ? 'there are no labels' : `there are ${list}`;
  return list === '' ? 'any labels may be there' : `all but ${list} may be there`;
}

/** What a template says: `$labels.job`, and in front of any `range` or `with`, `.Labels.job`. */
const OWN_LABEL = /\$labels\.([A-Za-z_]\w*)|index\s+\$labels\s+"([^"]+)"/g;
const DOT_LABEL = /(?<![\w)$])\.Labels\.([A-Za-z_]\w*)/g;
const ACTION = /\{\{.*?\}\}/gs;
const CHANGES_DOT = /\{\{-?\s*(?:range|with)\b/;
const VALUE = /\$value\b|(?<![\w)$])\.Value\b/;

/** Templates that ask for labels which the result cannot have, or change what an alert is. */
export const checkTemplates: CheckRule<PlacedAlert> = (placed, context) => {
  const { rule } = placed;
  const had = createLabelsOf(context)(placed.expr);
  const findings: Finding[] = [];
  for (const [field, pairs] of [
    ['labels', rule.labels],
    ['annotations', rule.annotations],
  ] as const) {
    for (const [name, text] of pairs) {
      const place = placed.placeOfText(field, name);
      const base = { check: 'alerts/template', ...place, placed } as const;
      const missing = labelsAskedBy(text).filter((label) => !canHave(had, label));
      if (missing.length > 0) {
        findings.push({
          ...base,
          severity: 'warning',
          message: `"${name}" shows the label ${missing.join(', ')}, which the result never has`,
          reason: 'there will be nothing in its place',
          advice: `keep the label in the expression, or leave it out; ${describe(had)}`,
        });
      }
      if (field === 'labels' && (text.match(ACTION) ?? []).some((action) => VALUE.test(action))) {
        findings.push({
          ...base,
          severity: 'error',
          message: `the label "${name}" has the value in it`,
          reason: 'whenever the value changes it is another alert, and "for" begins anew',
          advice: 'put the value into an annotation',
        });
      }
    }
  }
  return findings;
};

function labelsAskedBy(text: string): readonly string[] {
  const actions = (text.match(ACTION) ?? []).join(' ');
  const found = [...actions.matchAll(OWN_LABEL)].map((match) => match[1] ?? match[2]);
  if (!CHANGES_DOT.test(text)) {
    found.push(...[...actions.matchAll(DOT_LABEL)].map((match) => match[1]));
  }
  return [...new Set(found)];
}
