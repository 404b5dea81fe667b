/** Service level objectives: how much may still go wrong, and where did it go? */
import Type from 'typebox';
import { Output } from './alerts.ts';

const NullableTime = Type.Union([Type.Integer(), Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/**
 * How an objective stands. `burning`: one of its alerts fires; `exhausted`: more went wrong than
 * the budget allows; `unmeasured`: nothing was counted, which is neither good nor bad.
 */
export const SloState = Type.Union([
  Type.Literal('fine'),
  Type.Literal('burning'),
  Type.Literal('exhausted'),
  Type.Literal('unmeasured'),
]);
export type SloState = Type.Static<typeof SloState>;

/** One objective in figures; counts are exact, ratios follow from them. */
export const SloSummary = Type.Object({
  /** The name in its file, unique: the key of its page. */
  name: Type.String(),
  displayName: Type.String(),
  service: NullableText,
  owner: NullableText,
  description: NullableText,
  /** Between 0 and 1: 0.999. */
  objective: Type.Number(),
  /** The length of the window that the objective is about. */
  windowMs: Type.Integer(),
  /** Whether the window is a calendar one (a month) and not the last so many days. */
  isCalendar: Type.Boolean(),
  /** The window in force; its end is now for a rolling one. */
  fromMs: Type.Integer(),
  toMs: Type.Integer(),
  /** Since when it has been counted; later than `fromMs` for a young objective. Null: never. */
  countedSinceMs: NullableTime,
  goodCount: Type.Number(),
  totalCount: Type.Number(),
  /** `totalCount - goodCount`. */
  badCount: Type.Number(),
  /** How many may be bad among the events so far: `totalCount × (1 − objective)`. */
  budgetCount: Type.Number(),
  /** `1 − badCount / budgetCount`: 1 is untouched, negative is overspent. Null: no events. */
  budgetLeftRatio: NullableNumber,
  /** How many times too fast it burns now, over the shortest long window of its alerts. */
  burnRate: NullableNumber,
  /** When the budget is gone at the present burn rate; null where it is not in sight. */
  exhaustedAt: NullableTime,
  state: SloState,
});
export type SloSummary = Type.Static<typeof SloSummary>;

/**
 * One pair of windows with a threshold. All pairs of an output are one alert; the pairs only say
 * why it fires.
 */
export const SloAlert = Type.Object({
  /** The alert's name, as its rule has it. */
  name: Type.String(),
  output: Output,
  /** The share of the budget that, spent within the long window, is worth an alert. */
  budgetRatio: Type.Number(),
  longMs: Type.Integer(),
  shortMs: Type.Integer(),
  /** `budgetRatio × window / long`. */
  burnRateThreshold: Type.Number(),
  /** The same as a ratio of bad events: `burnRateThreshold × (1 − objective)`. */
  errorRatioThreshold: Type.Number(),
  /** The ratio of bad events now; null: no events. */
  longRatio: NullableNumber,
  shortRatio: NullableNumber,
  /** Whether the alert of its output fires, and both of its own ratios are over the threshold. */
  isFiring: Type.Boolean(),
});
export type SloAlert = Type.Static<typeof SloAlert>;

/** Budget and events over time: equally spaced, oldest first, null where nothing was counted. */
export const BurnDown = Type.Object({
  fromMs: Type.Integer(),
  stepMs: Type.Integer(),
  /** The budget left at that time, over the window that ends there. */
  budgetLeft: Type.Array(NullableNumber),
  /** Events within the step. */
  bad: Type.Array(NullableNumber),
  total: Type.Array(NullableNumber),
});
export type BurnDown = Type.Static<typeof BurnDown>;

/** One objective with all that is known of it. */
export const SloDetail = Type.Object({
  now: Type.Integer(),
  slo: SloSummary,
  file: Type.String(),
  /** The expressions as the file has them; one of `good` and `bad` is null. */
  indicator: Type.Object({ good: NullableText, bad: NullableText, total: Type.String() }),
  alerts: Type.Array(SloAlert),
  burnDown: BurnDown,
  /** What is odd about its definition though allowed: an alert that can never fire. */
  remarks: Type.Array(Type.String()),
});
export type SloDetail = Type.Static<typeof SloDetail>;

export const SloList = Type.Object({
  now: Type.Integer(),
  /** Worst first. */
  slos: Type.Array(SloSummary),
});
export type SloList = Type.Static<typeof SloList>;

export const SloQuery = Type.Object({
  service: Type.Optional(Type.String({ maxLength: 200 })),
});
export type SloQuery = Type.Static<typeof SloQuery>;
