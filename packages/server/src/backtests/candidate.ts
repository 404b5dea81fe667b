/** The rules that a request means. */
import type { BacktestRequest } from '@nines/contract';
import { errorMessage, invalid, notFound } from '../platform/index.ts';
import {
  type AlertRule,
  type CheckExpression,
  compileAlertText,
  type GroupView,
  groupOffsetMs,
  type RuleView,
  type TextPairs,
} from '../rules/index.ts';
import type { Candidate } from './model.ts';

/** How groups are evaluated that do not say so themselves. */
export interface GroupDefaults {
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
}

/** A rule in force, with its group. */
export interface RuleInForce {
  readonly group: GroupView;
  readonly rule: RuleView;
}

/**
 * The alerting rule of a name; of several the one of the group that was asked for, and of these
 * the one whose labels are alike.
 */
export function findRuleInForce(
  groups: readonly GroupView[],
  wanted: Pick<BacktestRequest, 'name' | 'group' | 'labels'>,
): RuleInForce | undefined {
  const found = groups.flatMap((group) =>
    group.rules
      .filter(({ kind, name }) => kind === 'alert' && name === wanted.name)
      .map((rule) => ({ group, rule })),
  );
  const score = ({ group, rule }: RuleInForce): number =>
    (group.name === wanted.group ? 2 : 0) + (hasLabels(rule, wanted.labels) ? 1 : 0);
  return found.toSorted((a, b) => score(b) - score(a))[0];
}

function hasLabels(rule: RuleView, labels: BacktestRequest['labels']): boolean {
  return labels !== undefined && sameText(rule.labels, toPairs(labels));
}

function sameText(a: TextPairs, b: TextPairs): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function toPairs(labels: Readonly<Record<string, string>>): TextPairs {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The rule in force as it is. */
export function candidateInForce({ group, rule }: RuleInForce): Candidate {
  const { name, expression, labels, forMs, keepFiringForMs, place } = rule;
  const base = { name, expression, labels, forMs, keepFiringForMs, place };
  return {
    rule: { kind: 'alert', ...base, annotations: [] },
    place: { group: group.name, file: group.file },
    intervalMs: group.intervalMs,
    offsetMs: groupOffsetMs(group, group.intervalMs),
    queryOffsetMs: group.queryOffsetMs,
    limit: group.limit,
  };
}

/** The rule that a request asks for. Throws where it is none that could be in force. */
export function readCandidate(
  request: BacktestRequest,
  inForce: RuleInForce | undefined,
  options: GroupDefaults & { readonly checkExpression: CheckExpression },
): Candidate {
  const before = inForce && candidateInForce(inForce);
  const expression = request.expression ?? before?.rule.expression;
  if (expression === undefined) {
    throw notFound(
      'BACKTEST_RULE_NOT_FOUND',
      `no alerting rule "${request.name}" is in force; give an expression`,
    );
  }
  const fault = options.checkExpression(expression);
  if (fault !== undefined) {
    throw invalid('BACKTEST_INVALID', `cannot use the expression: ${fault.message}`);
  }
  const rule: AlertRule = {
    kind: 'alert',
    name: request.name,
    expression,
    labels: request.labels === undefined ? (before?.rule.labels ?? []) : toPairs(request.labels),
    annotations: [],
    forMs: request.forMs ?? before?.rule.forMs ?? 0,
    keepFiringForMs: request.keepFiringForMs ?? before?.rule.keepFiringForMs ?? 0,
    place: before?.rule.place ?? { file: '', line: 1, column: 1 },
  };
  checkLabels(rule);
  const intervalMs = request.intervalMs ?? before?.intervalMs ?? options.intervalMs;
  return {
    rule,
    place: undefined,
    intervalMs,
    offsetMs: inForce === undefined ? 0 : groupOffsetMs(inForce.group, intervalMs),
    queryOffsetMs: request.queryOffsetMs ?? before?.queryOffsetMs ?? options.queryOffsetMs,
    limit: before?.limit ?? 0,
  };
}

function checkLabels({ name, labels }: AlertRule): void {
  for (const [label, text] of labels) {
    if (label === '' || label === '__name__') {
      throw invalid('BACKTEST_INVALID', `"${label}" cannot be a label of an alert`);
    }
    try {
      compileAlertText(name, text);
    } catch (error) {
      throw invalid('BACKTEST_INVALID', `cannot use label ${label}: ${errorMessage(error)}`);
    }
  }
}
