/**
 * Two rules side by side: which alerts of the one are alerts of the other.
 *
 * Two alerts are the same where they fire at the same time and have the same labels but those that
 * the rules themselves give, which may be what was edited. Each is the same as one other at most,
 * the first that there is.
 */
import type { BacktestComparison } from '@nines/contract';
import type { AlertRule } from '../rules/index.ts';
import { type Labels, labelPairs } from '../series/index.ts';
import type { Period, Range, Tested } from './model.ts';

/** Compares; undefined where not all is known of both. */
export function compareTested(
  tested: Tested,
  inForce: Tested,
  range: Range,
): BacktestComparison | null {
  const isWhole = ({ outcome, tally }: Tested): boolean =>
    outcome.cutBy === undefined && tally.periods.length === tally.periodCount;
  if (!isWhole(tested) || !isWhole(inForce)) return null;
  const own = ownNames(tested.candidate.rule, inForce.candidate.rule);
  const others = Map.groupBy(inForce.tally.periods, ({ labels }) => identify(labels, own));
  const shiftsMs: number[] = [];
  let onlyTestedCount = 0;
  for (const period of tested.tally.periods) {
    const candidates = others.get(identify(period.labels, own));
    const at = candidates?.findIndex((other) => overlaps(period, other)) ?? -1;
    if (candidates === undefined || at < 0) {
      if (period.firedAtMs >= range.fromMs) onlyTestedCount++;
      continue;
    }
    const [other] = candidates.splice(at, 1);
    shiftsMs.push(startOf(period, range) - startOf(other, range));
  }
  const left = [...others.values()].flat();
  return {
    bothCount: shiftsMs.length,
    earlierCount: shiftsMs.filter((shiftMs) => shiftMs < 0).length,
    laterCount: shiftsMs.filter((shiftMs) => shiftMs > 0).length,
    medianShiftMs: medianOf(shiftsMs),
    onlyTestedCount,
    onlyInForceCount: left.filter(({ firedAtMs }) => firedAtMs >= range.fromMs).length,
  };
}

/** Names of labels that a rule gives, whatever the element. */
function ownNames(...rules: readonly AlertRule[]): ReadonlySet<string> {
  return new Set(['alertname', ...rules.flatMap(({ labels }) => labels.map(([name]) => name))]);
}

function identify(labels: Labels, own: ReadonlySet<string>): string {
  return JSON.stringify([...labelPairs(labels)].filter(([name]) => !own.has(name)));
}

function overlaps(a: Period, b: Period): boolean {
  const endOf = ({ resolvedAtMs }: Period): number => resolvedAtMs ?? Infinity;
  return a.firedAtMs <= endOf(b) && b.firedAtMs <= endOf(a);
}

/** What fired before the range fired when it began: more is not known. */
function startOf({ firedAtMs }: Period, { fromMs }: Range): number {
  return Math.max(firedAtMs, fromMs);
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
