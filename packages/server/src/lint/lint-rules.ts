/** All checks over the rules of some files: a pure function of texts and facts. */
import type { RuleFormat } from '../rules/index.ts';
import { checkAbsent, checkComparison, checkCount, checkFor } from './check-alert.ts';
import { checkObjective, checkPlaybook, checkReceiver, checkSummary } from './check-care.ts';
import { checkCost, checkFragile, checkRegexp } from './check-expression.ts';
import { checkImpossible, checkTemplates } from './check-labels.ts';
import { checkCounter, checkRate, checkWindow } from './check-range.ts';
import { checkDuplicate, checkName, checkUnused } from './check-rules.ts';
import { checkSeries } from './check-series.ts';
import { readComments } from './comments.ts';
import {
  type CheckContext,
  type CheckRule,
  type Finding,
  isAlert,
  type LintFacts,
  type PlacedAlert,
  type PlacedRule,
} from './model.ts';
import { createRuleIndex } from './rule-index.ts';
import { type ReadSource, readSource, type SourceFile } from './source.ts';

const CHECKS_OF_RULES: readonly CheckRule[] = [
  checkDuplicate,
  checkName,
  checkSeries,
  checkImpossible,
  checkRate,
  checkWindow,
  checkCounter,
  checkRegexp,
  checkFragile,
  checkCost,
  checkUnused,
];

const CHECKS_OF_ALERTS: readonly CheckRule<PlacedAlert>[] = [
  checkComparison,
  checkFor,
  checkAbsent,
  checkTemplates,
  checkCount,
  checkSummary,
  checkPlaybook,
  checkObjective,
  checkReceiver,
];

export interface Linted {
  /** File by file, in the order of lines. */
  readonly findings: readonly Finding[];
  readonly silencedCount: number;
}

/** Reads the files of a lint. */
export function readSources(
  files: readonly SourceFile[],
  format: RuleFormat,
): readonly ReadSource[] {
  return files.map((file) => readSource(file, format));
}

/** Looks at rules that were read. */
export function lintSources(sources: readonly ReadSource[], facts: LintFacts): Linted {
  const rules = sources.flatMap((source) => source.rules);
  const index = createRuleIndex(rules, facts.server?.inForce ?? []);
  const context = { facts, index };
  let silencedCount = 0;
  const findings = sources.flatMap((source) => {
    const comments = readComments(source, facts.nowMs);
    const found = [...listFaults(source), ...source.rules.flatMap((one) => lintRule(one, context))];
    // A file that is refused is refused whatever its comments say.
    const told = found.filter((one) => one.check === 'rule/syntax' || !comments.silences(one));
    silencedCount += found.length - told.length;
    return [...told, ...comments.findings].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    );
  });
  return { findings, silencedCount };
}

/** Looks at one rule among others. */
function lintRule(placed: PlacedRule, context: CheckContext): readonly Finding[] {
  const found = CHECKS_OF_RULES.flatMap((check) => check(placed, context));
  if (!isAlert(placed)) return found;
  return [...found, ...CHECKS_OF_ALERTS.flatMap((check) => check(placed, context))];
}

function listFaults({ faults }: ReadSource): readonly Finding[] {
  return faults.map(({ file, line, column, message }) => ({
    check: 'rule/syntax',
    severity: 'error',
    file,
    line,
    column,
    placed: undefined,
    message,
    reason: 'the file is refused, and what was in force before stays so',
    advice: 'correct it; the other checks come after that',
  }));
}
