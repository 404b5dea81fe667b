/** Evaluates planned lines; a line that cannot be evaluated has nothing to say. */
import { AppError } from '../platform/index.ts';
import type { MatrixSeries, QueryEngine } from '../promql/index.ts';
import { LINE_TIMEOUT_MS } from './limits.ts';
import type { PlannedLine } from './model.ts';

/** Points in time, equally spaced; the last is `fromMs + (points - 1) * stepMs`. */
export interface Grid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly points: number;
}

/** The line's value at a moment; null where it has none, or none that is a number. */
export function readValue(engine: QueryEngine, line: PlannedLine, atMs: number): number | null {
  const value = attempt(() => {
    const answer = engine.evaluateInstant({
      text: line.expression,
      expr: line.expr,
      atMs,
      timeoutMs: LINE_TIMEOUT_MS,
    });
    return answer.value.kind === 'vector' ? answer.value.samples[0]?.value : undefined;
  });
  return toNumber(value);
}

/** The line's values over a grid. */
export function readPoints(
  engine: QueryEngine,
  line: PlannedLine,
  grid: Grid,
): readonly (number | null)[] {
  const { fromMs, stepMs, points } = grid;
  const values: (number | null)[] = Array.from({ length: points }, () => null);
  const series = attempt(() => {
    const answer = engine.evaluateRange({
      text: line.expression,
      expr: line.expr,
      fromMs,
      toMs: fromMs + (points - 1) * stepMs,
      stepMs,
      timeoutMs: LINE_TIMEOUT_MS,
    });
    return answer.value.kind === 'matrix' ? answer.value.series[0] : undefined;
  });
  series?.timesMs.forEach((timeMs, i) => {
    values[Math.round((timeMs - fromMs) / stepMs)] = toNumber(series.values[i]);
  });
  return values;
}

/**
 * Too dear, too slow, or matching that two instances' labels upset: the page says the same, with
 * the reason, where it draws the expression.
 */
function attempt<Answer extends number | MatrixSeries>(
  read: () => Answer | undefined,
): Answer | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('QUERY_')) return undefined;
    throw error;
  }
}

function toNumber(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
