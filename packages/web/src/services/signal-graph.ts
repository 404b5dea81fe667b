/** The graph of a signal: its lines, each from a query of its own, on one grid. */
import type { AlertSummary } from '@nines/contract';
import type { Mark } from '../graph/annotations.ts';
import { buildNamedData, type GraphData } from '../graph/graph-data.ts';
import type { RangeResult } from '../graph/range-query.ts';

const MARK_COUNT_MAX = 6;

/** Answers in the order of the lines. They were asked within moments: the newest grid holds all. */
export function joinLines(
  names: readonly string[],
  answers: readonly RangeResult[],
): GraphData | undefined {
  const newest = answers.reduce<RangeResult | undefined>(
    (best, answer) => (best === undefined || answer.grid.toMs > best.grid.toMs ? answer : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  // A lone line is what the heading says.
  const isLone = names.length === 1;
  return buildNamedData(
    names.map((name, index) => ({
      name: isLone ? '' : name,
      points: answers[index]?.series[0]?.points ?? [],
    })),
    newest.grid,
  );
}

/** When alerts of the service fired; what they were stands beside the graphs. */
export function firedMarks(alerts: readonly AlertSummary[]): readonly Mark[] {
  return alerts
    .flatMap(({ firedAt, output }) =>
      firedAt === null || output === 'log' ? [] : [{ firedAt, output }],
    )
    .toSorted((a, b) => b.firedAt - a.firedAt)
    .slice(0, MARK_COUNT_MAX)
    .map(({ firedAt, output }) => ({ atMs: firedAt, label: '', isUrgent: output === 'page' }));
}
