/**
 * `info(v, {…})`: adds to each series the labels of the info metrics that describe its target.
 *
 * An info metric (`target_info`, `build_info`) has the value 1 and says what it knows in labels.
 * It belongs to the series with the same `instance` and `job`. Where an info metric has changed
 * its labels, two series of it overlap for the length of the lookback; the newer sample counts.
 */
import {
  createLabelsFromPairs,
  createMatcher,
  formatLabels,
  type Labels,
  labelPairs,
  labelsKey,
  labelValue,
  type Matcher,
  mergeLabels,
  METRIC_NAME,
  onlyLabels,
} from '../series/index.ts';
import type { Expr, VectorSelectorNode } from './ast.ts';
import { type Frame, type Reference, referenceOf } from './frame.ts';
import { type Grid, GridBuilder, mergeRows } from './grid.ts';
import type { SelectedSeries } from './queryable.ts';
import { failQuery, type Run } from './run.ts';
import { collectRows } from './select.ts';

const IDENTIFYING = ['instance', 'job'];
const TARGET_INFO = 'target_info';

/** The conditions of the second argument. */
interface InfoSelector {
  /** On the name of the info metric. */
  readonly names: readonly Matcher[];
  /** On its other labels; when there are any, only these labels are added. */
  readonly data: readonly Matcher[];
}

/** Adds info labels to the rows of an evaluated first argument. */
export function addInfoLabels(run: Run, args: readonly Expr[], base: Grid, frame: Frame): Grid {
  const selector = readSelector(args[1]);
  const isInfo = base.labels.map((labels) => {
    const name = labelValue(labels, METRIC_NAME);
    return selector.names.every((matcher) => matcher.matches(name));
  });
  const matchers = infoMatchers(base, isInfo, selector);
  const infos = matchers === undefined ? [] : readInfos(run, args[0], matchers, frame);
  return combine({ run, base, isInfo, selector, frame }, infos);
}

function readSelector(arg: Expr | undefined): InfoSelector {
  const matchers = arg?.type === 'vectorSelector' ? arg.matchers : [];
  const names = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const data = matchers.filter((matcher) => matcher.name !== METRIC_NAME);
  return { names: effectiveNames(names), data };
}

/** Without a positive condition on the name, any metric that is called an info counts. */
function effectiveNames(names: readonly Matcher[]): readonly Matcher[] {
  if (names.some(({ operator }) => operator === '=' || operator === '=~')) return names;
  if (names.length > 0) return [createMatcher(METRIC_NAME, '=~', '.+_info'), ...names];
  return [createMatcher(METRIC_NAME, '=', TARGET_INFO)];
}

/** What info series to read: those of the targets at hand; undefined where there are none. */
function infoMatchers(
  base: Grid,
  isInfo: readonly boolean[],
  selector: InfoSelector,
): readonly Matcher[] | undefined {
  const matchers: Matcher[] = [];
  for (const name of IDENTIFYING) {
    const values = new Set<string>();
    base.labels.forEach((labels, row) => {
      if (!isInfo[row]) values.add(labelValue(labels, name));
    });
    values.delete('');
    if (values.size === 0) continue;
    const pattern = [...values].map((value) => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
    matchers.push(createMatcher(name, '=~', pattern.join('|')));
  }
  if (matchers.length === 0) return undefined;
  return [...matchers, ...selector.data, ...selector.names];
}

/** Info series by name and target, with the time of the sample that each step sees. */
interface InfoRow {
  readonly name: string;
  readonly target: string;
  readonly labels: Labels;
  /** Seconds; NaN where there is no sample. */
  readonly sampledAt: Float64Array;
}

function readInfos(
  run: Run,
  arg: Expr,
  matchers: readonly Matcher[],
  frame: Frame,
): readonly InfoRow[] {
  const reference = infoReference(run, arg, frame);
  const range = {
    matchers,
    fromMs: reference.firstMs - run.options.lookbackMs + 1,
    toMs: reference.lastMs,
  };
  const seen = { hasHistograms: false };
  const collect = (aspect: 'time' | 'value'): Grid => {
    const series = watchHistograms(run.options.queryable.select(range), seen);
    const rest = { aspect, hasStatisticsOnly: false, span: arg.span };
    const out = new GridBuilder(run, frame.stepCount);
    collectRows({ run, series, frame, reference, ...rest }, out);
    return out.finish();
  };
  const grid = collect('time');
  if (seen.hasHistograms) assertFloats(collect('value'));
  return grid.labels.map((labels, row) => ({
    name: labelValue(labels, METRIC_NAME),
    target: targetOf(labels),
    labels,
    sampledAt: Float64Array.from({ length: grid.stepCount }, (_, step) => {
      const at = row * grid.stepCount + step;
      return grid.present[at] === 1 ? grid.values[at] : Number.NaN;
    }),
  }));
}

/** Passes series on, and says whether any of them holds histograms. */
function* watchHistograms(
  series: Iterable<SelectedSeries>,
  seen: { hasHistograms: boolean },
): IterableIterator<SelectedSeries> {
  for (const one of series) {
    if (one.samples.histograms !== undefined) seen.hasHistograms = true;
    yield one;
  }
}

function assertFloats({ labels, histograms, stepCount }: Grid): void {
  const first = histograms?.entries().next();
  if (first === undefined || first.done === true) return;
  const [at] = first.value;
  const name = formatLabels(labels[Math.floor(at / stepCount)]);
  failQuery(`this should be an info metric, with float samples: ${name}`);
}

function targetOf(labels: Labels): string {
  return labelsKey(onlyLabels(labels, IDENTIFYING));
}

/** The `@` and offset of the first selector in the argument hold for the info series too. */
function infoReference(run: Run, arg: Expr, frame: Frame): Reference {
  const path = findSelector(arg);
  if (path === undefined) return referenceOf(frame, undefined, 0);
  let atMs = run.atMs(path.selector.at);
  let offsetMs = run.durationMs(path.selector.offset, true);
  for (const outer of path.subqueries) {
    if (atMs !== undefined) break;
    offsetMs += run.durationMs(outer.offset, true);
    atMs = run.atMs(outer.at);
  }
  return referenceOf(frame, atMs, offsetMs);
}

interface SelectorPath {
  readonly selector: VectorSelectorNode;
  /** The subqueries around it, the innermost first. */
  readonly subqueries: readonly Extract<Expr, { type: 'subquery' }>[];
}

function findSelector(expr: Expr): SelectorPath | undefined {
  switch (expr.type) {
    case 'vectorSelector':
      return { selector: expr, subqueries: [] };
    case 'matrixSelector':
      return { selector: expr.selector, subqueries: [] };
    case 'subquery': {
      const inner = findSelector(expr.operand);
      return inner && { ...inner, subqueries: [...inner.subqueries, expr] };
    }
    case 'paren':
      return findSelector(expr.inner);
    case 'unary':
      return findSelector(expr.operand);
    case 'aggregate':
      return findSelector(expr.operand);
    case 'binary':
      return findSelector(expr.left) ?? findSelector(expr.right);
    case 'call':
      return firstOf(expr.args);
    case 'number':
    case 'string':
      return undefined;
  }
}

function firstOf(args: readonly Expr[]): SelectorPath | undefined {
  for (const arg of args) {
    const found = findSelector(arg);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Combination {
  readonly run: Run;
  readonly base: Grid;
  readonly isInfo: readonly boolean[];
  readonly selector: InfoSelector;
  readonly frame: Frame;
}

/** Builds the answer: a series whose info changes becomes several, one after the other. */
function combine(combination: Combination, infos: readonly InfoRow[]): Grid {
  const { run, base, isInfo, frame } = combination;
  const byTarget = Map.groupBy(infos, (info) => info.target);
  const { stepCount } = base;
  const out = new GridBuilder(run, stepCount, base.labels.length);
  base.labels.forEach((labels, row) => {
    const candidates = isInfo[row] ? [] : (byTarget.get(targetOf(labels)) ?? []);
    const bases = new Map<string, number>();
    for (let step = 0; step < stepCount; step++) {
      if (base.present[row * stepCount + step] === 0) continue;
      const current = newestByName(candidates, step);
      const result = isInfo[row] ? labels : enrich(combination.selector, labels, current);
      if (result === undefined) continue;
      const key = labelsKey(result);
      const at = bases.get(key) ?? out.addRow(result, base.dropsName[row]);
      bases.set(key, at);
      out.copyCell(base, row * stepCount + step, at + step);
    }
    run.work(stepCount);
  });
  const grid = out.finish();
  return frame.isInstant ? grid : mergeRows(run, grid);
}

/** Of each info metric the series with the newest sample. */
function newestByName(candidates: readonly InfoRow[], step: number): readonly InfoRow[] {
  const newest = new Map<string, InfoRow>();
  for (const info of candidates) {
    const time = info.sampledAt[step];
    if (Number.isNaN(time)) continue;
    const known = newest.get(info.name);
    if (known !== undefined && known.sampledAt[step] === time) {
      const ms = Math.round(time * 1000);
      failQuery(
        `found duplicate series for info metric: existing ${formatLabels(known.labels)} @ ${ms}, ` +
          `new ${formatLabels(info.labels)} @ ${ms}`,
      );
    }
    if (known === undefined || known.sampledAt[step] < time) newest.set(info.name, info);
  }
  return [...newest.values()];
}

/** A series' labels with those of its infos; undefined where a condition is not met. */
function enrich(
  { data }: InfoSelector,
  labels: Labels,
  infos: readonly InfoRow[],
): Labels | undefined {
  if (infos.length === 0 && !data.every((matcher) => matcher.matches(''))) return undefined;
  const own = new Set(labels.names);
  const wanted = new Set(data.map((matcher) => matcher.name));
  const added = new Map<string, string>();
  for (const info of infos) {
    for (const [name, value] of labelPairs(info.labels)) {
      if (name === METRIC_NAME || (wanted.size > 0 && !wanted.has(name))) continue;
      const known = added.get(name);
      if (known !== undefined && known !== value) failQuery(`conflicting label: ${name}`);
      if (!own.has(name)) added.set(name, value);
    }
  }
  return mergeLabels(labels, createLabelsFromPairs(added));
}
