/** What a backtest is made of. */
import type { Output } from '@nines/contract';
import type { AlertRule, BacktestOutcome } from '../rules/index.ts';
import type { Labels } from '../series/index.ts';

/** A rule to test, and when and how it is evaluated. */
export interface Candidate {
  readonly rule: AlertRule;
  /** Of a rule in force. */
  readonly place: { readonly group: string; readonly file: string } | undefined;
  readonly intervalMs: number;
  readonly offsetMs: number;
  readonly queryOffsetMs: number;
  readonly limit: number;
}

/** One alert from when it fired to when it was resolved. */
export interface Period {
  readonly labels: Labels;
  readonly activeAtMs: number;
  readonly firedAtMs: number;
  /** Undefined: it still fires at the end. */
  readonly resolvedAtMs: number | undefined;
  readonly output: Output;
  /** Of the expression when it fired. */
  readonly value: number;
}

/** Half-open. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What came of one rule. */
export interface Tested {
  readonly candidate: Candidate;
  readonly outcome: BacktestOutcome;
  readonly tally: Tally;
}

/** What is counted while a rule is stepped. */
export interface Tally {
  readonly pendingCount: number;
  readonly droppedCount: number;
  readonly firingCount: number;
  readonly resolvedCount: number;
  readonly pageCount: number;
  readonly nightPageCount: number;
  readonly firingAtStart: number;
  readonly firingAtEnd: number;
  readonly longestMs: number | undefined;
  readonly firingMs: number;
  readonly labelSets: readonly LabelSetTally[];
  readonly labelSetCount: number;
  /** The newest, in the order in which they fired; those of before the range come first. */
  readonly periods: readonly Period[];
  readonly periodCount: number;
}

export interface LabelSetTally {
  readonly labels: Labels;
  readonly firingCount: number;
  readonly firingMs: number;
}
