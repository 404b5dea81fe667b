/** Which metrics an expression reads, by the names that it says. */
import { childrenOf, type Expr, parseExpr } from '../promql/index.ts';
import { createMatcher, type Matcher, METRIC_NAME } from '../series/index.ts';

/** Names of metrics, and patterns of names. */
export interface NamedMetrics {
  readonly names: Set<string>;
  readonly patterns: Set<string>;
}

/** A pattern that has this has everything, and tells nothing of what is read. */
const NO_METRIC = 'nines:no metric has this name';
/** What can be a name in a text that is no expression, such as a template of one. */
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;

/** None yet. */
export function noMetrics(): NamedMetrics {
  return { names: new Set(), patterns: new Set() };
}

/** Adds the metrics of every selector of an expression. */
export function addMetricsOf(expr: Expr, into: NamedMetrics): void {
  if (expr.type === 'vectorSelector') addMetricsOfMatchers(expr.matchers, into);
  for (const child of childrenOf(expr)) addMetricsOf(child, into);
}

/** Adds what matchers say of names; what says nothing of names adds nothing. */
export function addMetricsOfMatchers(matchers: readonly Matcher[], into: NamedMetrics): void {
  for (const matcher of matchers) {
    const { name, operator, value } = matcher;
    if (name !== METRIC_NAME) continue;
    if (operator === '=') into.names.add(value);
    if (operator === '=~' && !matcher.matches(NO_METRIC)) into.patterns.add(value);
  }
}

/** The same for a text; of one that cannot be parsed every word may be a metric. */
export function addMetricsOfText(text: string, into: NamedMetrics): void {
  let expr: Expr | undefined;
  try {
    expr = parseExpr(text);
  } catch {
    // A variable of a board stands in it, or a newer grammar: rather too much than too little.
    for (const [word] of text.matchAll(WORD)) into.names.add(word);
    return;
  }
  addMetricsOf(expr, into);
}

/** Tells whether a metric is among them. */
export function createNameTest({ names, patterns }: NamedMetrics): (name: string) => boolean {
  const matchers = [...patterns].map((pattern) => createMatcher(METRIC_NAME, '=~', pattern));
  return (name) => names.has(name) || matchers.some((matcher) => matcher.matches(name));
}
