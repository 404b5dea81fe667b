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

/** What is asked to find them: at points of which the last is the end of the range. */
export interface GapQuestion extends Range {
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
  const firstMs = toMs - Math.floor((toMs - fromMs) / stepMs) * stepMs;
  const text = [...selectors].map((one) => `group(${one})`).join(' or ');
  return { text, stepMs, fromMs: firstMs, toMs };
}

/** The parts of a range before points at which there is nothing; each reaches back to the one before. */
export function findGaps(
  series: readonly MatrixSeries[],
  range: Range,
  question: GapQuestion,
): readonly Range[] {
  const { stepMs } = question;
  const points = new Set(series.flatMap(({ timesMs }) => [...timesMs]));
  const gaps: Range[] = [];
  let before: Range | undefined;
  for (let atMs = question.fromMs; atMs <= range.toMs; atMs += stepMs) {
    if (points.has(atMs)) {
      before = undefined;
      continue;
    }
    if (before !== undefined) gaps.pop();
    before = { fromMs: before?.fromMs ?? Math.max(range.fromMs, atMs - stepMs), toMs: atMs };
    gaps.push(before);
  }
  return gaps.filter(({ fromMs, toMs }) => fromMs < toMs);
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
