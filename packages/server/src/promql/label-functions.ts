/** `label_replace` and `label_join`: new labels from old ones; values are not looked at. */
import { compileCapturing, labelValue, METRIC_NAME, withLabel } from '../series/index.ts';
import type { Expr } from './ast.ts';
import { type Grid, mergeRows, relabel } from './grid.ts';
import { unwrapParens } from './invariant.ts';
import { failQuery, type Run } from './run.ts';

/** The text of an argument that the parser has checked to be a string. */
export function textOf(expr: Expr): string {
  const inner = unwrapParens(expr);
  return inner.type === 'string' ? inner.value : failQuery('expected a string');
}

/** Whether a text can be a label's name: any non-empty text that is valid Unicode. */
export function isLabelName(name: string): boolean {
  return name !== '' && name.isWellFormed();
}

/** `label_replace(v, dst, replacement, src, regex)` over an evaluated vector. */
export function replaceLabel(run: Run, args: readonly Expr[], evaluate: () => Grid): Grid {
  const [target, replacement, source, pattern] = args.slice(1).map(textOf);
  const regex = compilePattern(pattern);
  if (!isLabelName(target)) {
    failQuery(`invalid destination label name in label_replace(): ${target}`);
  }
  const expand = parseTemplate(replacement);
  const grid = evaluate();
  const results = new Map<string, string | undefined>();
  const resultOf = (value: string): string | undefined => {
    if (!results.has(value)) results.set(value, replaceValue(value));
    return results.get(value);
  };
  const replaceValue = (value: string): string | undefined => {
    const match = regex.matcher(value);
    if (!match.find()) return undefined;
    return expand({
      byIndex: (at) => groupAt(match, at),
      byName: (name) => groupNamed(match, name),
    });
  };
  return setLabels(run, grid, target, (row) => resultOf(labelValue(grid.labels[row], source)));
}

type Matcher = ReturnType<ReturnType<typeof compileCapturing>['matcher']>;

function compilePattern(pattern: string): ReturnType<typeof compileCapturing> {
  try {
    return compileCapturing(pattern);
  } catch {
    // The engine's own words are dropped: Prometheus names the expression only.
    return failQuery(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

function groupAt(match: Matcher, at: number): string {
  return at <= match.groupCount() ? (match.group(at) ?? '') : '';
}

function groupNamed(match: Matcher, name: string): string {
  try {
    return match.group(name) ?? '';
  } catch {
    // A name without a group stands for nothing.
    return '';
  }
}

interface Groups {
  byIndex(at: number): string;
  byName(name: string): string;
}

/** A template of Go's `Regexp.Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`. */
export function parseTemplate(template: string): (groups: Groups) => string {
  const parts: ((groups: Groups) => string)[] = [];
  const token = /\$(?:(\$)|\{(\w+)\}|(\w+))|([^$]+|\$)/g;
  for (const [, dollar, braced, plain, literal] of template.matchAll(token)) {
    const name = braced ?? plain;
    if (dollar !== undefined) parts.push(() => '$');
    else if (name === undefined) parts.push(() => literal);
    else if (/^\d+$/.test(name)) parts.push((groups) => groups.byIndex(Number(name)));
    else parts.push((groups) => groups.byName(name));
  }
  return (groups) => parts.map((part) => part(groups)).join('');
}

/** `label_join(v, dst, separator, src…)` over an evaluated vector. */
export function joinLabels(run: Run, args: readonly Expr[], evaluate: () => Grid): Grid {
  const [target, separator, ...sources] = args.slice(1).map(textOf);
  for (const source of sources) {
    if (!isLabelName(source)) failQuery(`invalid source label name in label_join(): ${source}`);
  }
  if (!isLabelName(target)) {
    failQuery(`invalid destination label name in label_join(): ${target}`);
  }
  const grid = evaluate();
  return setLabels(run, grid, target, (row) =>
    sources.map((source) => labelValue(grid.labels[row], source)).join(separator),
  );
}

/** Sets one label on each row for which there is a value; a name that was set stays. */
function setLabels(
  run: Run,
  grid: Grid,
  target: string,
  valueOf: (row: number) => string | undefined,
): Grid {
  const values = grid.labels.map((_, row) => valueOf(row));
  const labels = grid.labels.map((old, row) => {
    const value = values[row];
    return value === undefined ? old : withLabel(old, target, value);
  });
  const dropsName = grid.dropsName.map(
    (drops, row) => drops && !(target === METRIC_NAME && values[row] !== undefined),
  );
  return mergeRows(run, relabel(grid, { labels, dropsName }));
}
