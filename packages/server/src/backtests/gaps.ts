/** Which parts of a range have no data for an expression. */
import { childrenOf, type Expr, type MatrixSeries } from '../promql/index.ts';
import {
  createLabels,
  formatMatcher,
  isMatch,
  type Matcher,
  METRIC_NAME,
} from '../series/index.ts';
import { GAP_POINTS_MAX, GAP_SELECTORS_MAX, GAP_STEP_MS_MIN } from './limits.ts';
import type { Range } from './model.ts';

/** What is asked to find them, at `fromMs` and each step after it. */
export interface GapQuestion {
  readonly text: string;
  readonly stepMs: number;
}

/**
 * What asks whether any selector of an expression has a series, each looked at as of the
 * evaluation, whatever its offset; undefined: it has none, or too many.
 */
export function planGaps(expr: Expr, { fromMs, toMs }: Range): GapQuestion | undefined {
  const selectors = new Set(
    selectorsOf(expr).map((matchers) => `{${matchers.map(formatMatcher).join(', ')}}`),
  );
  if (selectors.size === 0 || selectors.size > GAP_SELECTORS_MAX) return undefined;
  const stepMs = Math.max(GAP_STEP_MS_MIN, Math.ceil((toMs - fromMs) / GAP_POINTS_MAX));
  return { text: [...selectors].map((one) => `group(${one})`).join(' or '), stepMs };
}

/** The parts between the points at which there is something. */
export function findGaps(
  series: readonly MatrixSeries[],
  range: Range,
  stepMs: number,
): readonly Range[] {
  const points = new Set(series.flatMap(({ timesMs }) => [...timesMs]));
  const gaps: Range[] = [];
  let gapFromMs: number | undefined;
  for (let atMs = range.fromMs; atMs <= range.toMs; atMs += stepMs) {
    if (!points.has(atMs)) {
      gapFromMs ??= atMs;
    } else if (gapFromMs !== undefined) {
      gaps.push({ fromMs: gapFromMs, toMs: atMs });
      gapFromMs = undefined;
    }
  }
  if (gapFromMs !== undefined && gapFromMs < range.toMs) {
    gaps.push({ fromMs: gapFromMs, toMs: range.toMs });
  }
  return gaps;
}

const ALERT_SERIES = ['ALERTS', 'ALERTS_FOR_STATE'].map((name) =>
  createLabels({ [METRIC_NAME]: name }),
);

/** Whether an expression reads by name what alerting rules write. */
export function readsAlerts(expr: Expr): boolean {
  return selectorsOf(expr).some((matchers) => {
    const names = matchers.filter(({ name }) => name === METRIC_NAME);
    return names.length > 0 && ALERT_SERIES.some((labels) => isMatch(names, labels));
  });
}

function selectorsOf(expr: Expr): readonly (readonly Matcher[])[] {
  return expr.type === 'vectorSelector' ? [expr.matchers] : childrenOf(expr).flatMap(selectorsOf);
}
