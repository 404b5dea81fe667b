/**
 * The syntax tree of PromQL (Prometheus 3.x grammar, experimental parts included).
 *
 * Nodes are plain readonly data. Every node knows its place in the text, because errors and
 * annotations name it as `line:column`.
 */
import type { Matcher } from '../series/index.ts';

/** Code-unit offsets into the query's text, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ValueKind = 'scalar' | 'vector' | 'matrix' | 'string';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or'
  | 'unless'
  | '</'
  | '>/';

export type AggregateOperator =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio';

/** How two vectors are matched: `on`/`ignoring`, `group_left`/`group_right`, `fill`. */
export interface VectorMatching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** True for `on(...)`, false for `ignoring(...)` or neither. */
  readonly isOn: boolean;
  readonly labels: readonly string[];
  /** Labels carried over from the "one" side. */
  readonly include: readonly string[];
  /** Values for series without a partner (`fill`, `fill_left`, `fill_right`). */
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

/**
 * A duration in the text: a constant, or (experimental) an expression over numbers, `step()`,
 * `range()`, `min_of`, `max_of`, evaluated once a query's step and range are known.
 */
export type DurationNode =
  | DurationConstant
  | { readonly kind: 'step' | 'range'; readonly span: Span }
  | { readonly kind: 'negate' | 'paren'; readonly operand: DurationNode; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^' | 'min_of' | 'max_of';
      readonly left: DurationNode;
      readonly right: DurationNode;
      readonly span: Span;
    };

/** A number of seconds or a duration, its sign included. */
export interface DurationConstant {
  readonly kind: 'constant';
  /** Whole milliseconds, cut towards zero: what a range, step or offset of its own means. */
  readonly ms: number;
  /** As written; arithmetic of duration expressions is done in these. */
  readonly seconds: number;
  /** Written as `5m`, not as `300`; only printing tells them apart. */
  readonly isDuration: boolean;
  readonly span: Span;
}

/** `@ 123.4`, `@ start()`, `@ end()`. */
export type AtModifier =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

export interface NumberNode {
  readonly type: 'number';
  readonly value: number;
  /** Written as a duration (`5m`), which Prometheus 3 accepts wherever a number stands. */
  readonly isDuration: boolean;
  readonly span: Span;
}

export interface StringNode {
  readonly type: 'string';
  readonly value: string;
  readonly span: Span;
}

export interface VectorSelectorNode {
  readonly type: 'vectorSelector';
  /** The metric's name where it stands before the braces; '' otherwise, also for `{"a name"}`. */
  readonly name: string;
  /** All conditions in order of writing, then the one for `name` where there is one. */
  readonly matchers: readonly Matcher[];
  /** Undefined also for an offset of zero. */
  readonly offset: DurationNode | undefined;
  readonly at: AtModifier | undefined;
  /** Experimental: `anchored`, `smoothed`. */
  readonly extension: 'anchored' | 'smoothed' | undefined;
  readonly span: Span;
}

export interface MatrixSelectorNode {
  readonly type: 'matrixSelector';
  readonly selector: VectorSelectorNode;
  readonly range: DurationNode;
  readonly span: Span;
}

export interface SubqueryNode {
  readonly type: 'subquery';
  readonly operand: Expr;
  readonly range: DurationNode;
  /** Undefined: the engine's default step. */
  readonly step: DurationNode | undefined;
  readonly offset: DurationNode | undefined;
  readonly at: AtModifier | undefined;
  readonly span: Span;
}

export interface CallNode {
  readonly type: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly span: Span;
}

export interface AggregateNode {
  readonly type: 'aggregate';
  readonly operator: AggregateOperator;
  /** The k of topk, the φ of quantile, the label of count_values. */
  readonly parameter: Expr | undefined;
  readonly operand: Expr;
  readonly isWithout: boolean;
  readonly grouping: readonly string[];
  readonly span: Span;
}

export interface BinaryNode {
  readonly type: 'binary';
  readonly operator: BinaryOperator;
  /** Kept because it depends on all operands below: scalar if and only if both sides are. */
  readonly kind: 'scalar' | 'vector';
  readonly left: Expr;
  readonly right: Expr;
  /** Whether a comparison answers 0/1 instead of filtering. */
  readonly isBool: boolean;
  /** Present when both sides are vectors. */
  readonly matching: VectorMatching | undefined;
  readonly span: Span;
}

export interface UnaryNode {
  readonly type: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
  readonly span: Span;
}

export interface ParenNode {
  readonly type: 'paren';
  readonly inner: Expr;
  readonly span: Span;
}

/** Any expression. */
export type Expr =
  | NumberNode
  | StringNode
  | VectorSelectorNode
  | MatrixSelectorNode
  | SubqueryNode
  | CallNode
  | AggregateNode
  | BinaryNode
  | UnaryNode
  | ParenNode;
