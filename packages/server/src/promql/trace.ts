/** Explains a query after the fact: what each part of it gave, read and took. */
import type { Expr } from './ast.ts';
import type { Frame } from './frame.ts';
import { formatExpr } from './printer.ts';

/** One part of a query, with the parts that it was made from. */
export interface TraceNode {
  /** The part as PromQL. */
  readonly text: string;
  /** Steps that it was evaluated at: 1 where it is the same at all of them. */
  readonly steps: number;
  /** Series that it gave; a scalar or a string is one. */
  readonly series: number;
  /** Samples read from the store, by its parts as well. */
  readonly samplesRead: number;
  /** Time from begin to end, its parts included. */
  readonly elapsedMs: number;
  readonly children: readonly TraceNode[];
}

interface OpenNode {
  readonly expr: Expr;
  readonly steps: number;
  readonly startedMs: number;
  readonly samplesBefore: number;
  readonly children: TraceNode[];
}

/** Notes the parts of one query while it runs; the evaluator opens and closes them in pairs. */
export class Trace {
  readonly #now: () => number;
  readonly #open: OpenNode[] = [];
  /** The whole query, once it has ended. */
  root: TraceNode | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(expr: Expr, frame: Frame, samplesRead: number): void {
    this.#open.push({
      expr,
      steps: frame.stepCount,
      startedMs: this.#now(),
      samplesBefore: samplesRead,
      children: [],
    });
  }

  end(series: number, samplesRead: number): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const node: TraceNode = {
      text: formatExpr(open.expr),
      steps: open.steps,
      series,
      samplesRead: samplesRead - open.samplesBefore,
      elapsedMs: this.#now() - open.startedMs,
      children: open.children,
    };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root = node;
    else parent.children.push(node);
  }
}
