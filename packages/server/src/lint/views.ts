/** A lint as the contract has it. */
import type { LintFinding, LintReport, LintedRule } from '@nines/contract';
import { FINDINGS_MAX } from './limits.ts';
import type { Linted } from './lint-rules.ts';
import { type Finding, isAlert, type LintFacts, type PlacedRule } from './model.ts';
import { outputOfRule } from './output.ts';

/** Shows what came of a lint. */
export function viewLint(
  { findings, silencedCount }: Linted,
  rules: readonly PlacedRule[],
  { facts, unaskedCount }: { readonly facts: LintFacts; readonly unaskedCount: number },
): LintReport {
  return {
    now: facts.nowMs,
    hasFacts: facts.server !== undefined,
    findings: findings.slice(0, FINDINGS_MAX).map(viewFinding),
    findingCount: findings.length,
    silencedCount,
    rules: rules.map((placed) => viewRule(placed, facts)),
    unaskedCount,
  };
}

function viewFinding(finding: Finding): LintFinding {
  const { check, severity, file, line, column, placed, message, reason, advice } = finding;
  const group = placed?.group.name ?? null;
  const rule = placed?.rule.name ?? null;
  return { check, severity, file, line, column, group, rule, message, reason, advice };
}

function viewRule(placed: PlacedRule, { server }: LintFacts): LintedRule {
  const { rule, group } = placed;
  const known = server?.rules.get(placed);
  return {
    file: rule.place.file,
    line: rule.place.line,
    group: group.name,
    name: rule.name,
    kind: rule.kind,
    output: isAlert(placed) ? outputOfRule(placed.rule) : null,
    seriesCount: known?.cost?.seriesCount ?? null,
    readSamples: known?.cost?.readSamples ?? null,
    resultCount: known?.resultCount ?? null,
    alertsMax: known?.alertsMax ?? null,
  };
}
