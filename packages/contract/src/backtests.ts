/** A rule run over stored history: when it would have fired. */
import Type from 'typebox';
import { Output } from './alerts.ts';

const Millis = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const LabelSet = Type.Record(Type.String(), Type.String());
const Duration = Type.Integer({ minimum: 0, maximum: 31_536_000_000_000 });

/**
 * What is not said of the rule is as in the rule of that name in force; where there is none, an
 * expression must be given, and the rest is nothing.
 */
export const BacktestRequest = Type.Object({
  /** The alert's name. */
  name: Type.String({ minLength: 1, maxLength: 1000 }),
  /** The group in force that is meant, where several have a rule of this name. */
  group: Type.Optional(Type.String({ maxLength: 1000 })),
  expression: Type.Optional(Type.String({ minLength: 1, maxLength: 262_144 })),
  forMs: Type.Optional(Duration),
  keepFiringForMs: Type.Optional(Duration),
  /** Of the group and of the rule; may be templates. */
  labels: Type.Optional(LabelSet),
  /** Between two evaluations; where nothing is said, as the group in force has it, else a minute. */
  intervalMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 86_400_000 })),
  queryOffsetMs: Type.Optional(Duration),
  fromMs: Millis,
  toMs: Millis,
  /** IANA's name of the zone whose nights count; absent: the server's. */
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** Whether the rule of that name in force is run beside it. */
  comparesInForce: Type.Optional(Type.Boolean()),
});
export type BacktestRequest = Type.Static<typeof BacktestRequest>;

/** One alert from when it fired to when it was resolved. */
export const BacktestPeriod = Type.Object({
  labels: LabelSet,
  /** Since when the condition held. */
  activeAt: Type.Integer(),
  /** Before the range: it fired already when the range began; the time may have been earlier. */
  firedAt: Type.Integer(),
  /** Null: it still fires at the end. */
  resolvedAt: Type.Union([Type.Integer(), Type.Null()]),
  output: Output,
  /** The expression's value when it fired; null: no number. */
  value: Type.Union([Type.Number(), Type.Null()]),
});
export type BacktestPeriod = Type.Static<typeof BacktestPeriod>;

/** What came of one rule. Alerts that fired before the range are none that fired. */
export const BacktestSide = Type.Object({
  name: Type.String(),
  /** Of a rule in force. */
  group: Type.Union([Type.String(), Type.Null()]),
  file: Type.Union([Type.String(), Type.Null()]),
  expression: Type.String(),
  forMs: Type.Integer(),
  keepFiringForMs: Type.Integer(),
  labels: LabelSet,
  /** Evaluations within the range, and how many of them were done. */
  evaluationCount: Type.Integer(),
  evaluatedCount: Type.Integer(),
  /** The last evaluation that was done; null: none. */
  evaluatedToMs: Type.Union([Type.Integer(), Type.Null()]),
  /** Why not all were done: no time was left, or alerts changed too often. */
  cutBy: Type.Union([Type.Literal('time'), Type.Literal('work'), Type.Null()]),
  /** Evaluations that failed, in which alerts stay as they are, and why the first one did. */
  failedCount: Type.Integer(),
  failure: Type.Union([Type.String(), Type.Null()]),
  /** Why a label could not be made. */
  templateError: Type.Union([Type.String(), Type.Null()]),
  /** Whether it reads what alerting rules wrote then, its own former self perhaps among them. */
  readsAlerts: Type.Boolean(),
  /** Alerts whose condition began to hold, and those for which it ended before they fired. */
  pendingCount: Type.Integer(),
  droppedCount: Type.Integer(),
  firingCount: Type.Integer(),
  resolvedCount: Type.Integer(),
  /** Fired with the output `page`; each is one page, repeats and escalation not counted. */
  pageCount: Type.Integer(),
  /** Null: too little was evaluated to say. */
  pagesPerWeek: Type.Union([Type.Number(), Type.Null()]),
  /** Pages from 22 to 8 o'clock. */
  nightPageCount: Type.Integer(),
  /** That fired before the range, and that still fire at its end. */
  firingAtStart: Type.Integer(),
  firingAtEnd: Type.Integer(),
  /** Within the range; null: nothing fired. */
  longestMs: Type.Union([Type.Integer(), Type.Null()]),
  /** Of all alerts together, within the range. */
  firingMs: Type.Integer(),
  /** The alerts that fired, those that fired most often first; not all where there are many. */
  labelSets: Type.Array(
    Type.Object({ labels: LabelSet, firingCount: Type.Integer(), firingMs: Type.Integer() }),
  ),
  labelSetCount: Type.Integer(),
  /** The newest, in the order of time. */
  periods: Type.Array(BacktestPeriod),
  periodCount: Type.Integer(),
});
export type BacktestSide = Type.Static<typeof BacktestSide>;

/** Alerts of both rules that fired at the same time, with the same labels but the rules' own. */
export const BacktestComparison = Type.Object({
  bothCount: Type.Integer(),
  /** Of those: how many fire earlier or later under the tested rule. */
  earlierCount: Type.Integer(),
  laterCount: Type.Integer(),
  /** Of all of them, the tested rule's time less that of the rule in force; null: there are none. */
  medianShiftMs: Type.Union([Type.Integer(), Type.Null()]),
  onlyTestedCount: Type.Integer(),
  onlyInForceCount: Type.Integer(),
});
export type BacktestComparison = Type.Static<typeof BacktestComparison>;

export const Backtest = Type.Object({
  now: Type.Integer(),
  fromMs: Type.Integer(),
  toMs: Type.Integer(),
  intervalMs: Type.Integer(),
  timeZone: Type.String(),
  /** Parts of the range in which no selector of the expression has a series; null: not known. */
  noData: Type.Union([
    Type.Array(Type.Object({ fromMs: Type.Integer(), toMs: Type.Integer() })),
    Type.Null(),
  ]),
  tested: BacktestSide,
  /** Null: not asked for. */
  inForce: Type.Union([BacktestSide, Type.Null()]),
  /** Null: nothing to compare with, or one of the two was not evaluated to its end. */
  comparison: Type.Union([BacktestComparison, Type.Null()]),
});
export type Backtest = Type.Static<typeof Backtest>;
