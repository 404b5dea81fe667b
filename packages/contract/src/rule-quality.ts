/** What alerting rules have done, by what is on record of them. Times are epoch milliseconds. */
import Type from 'typebox';

export const RuleQualityQuery = Type.Object({
  /** How far back is looked; 30 where nothing is said. */
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
});
export type RuleQualityQuery = Type.Static<typeof RuleQualityQuery>;

const RuleName = { name: Type.String(), group: Type.String() };

export const RuleRecord = Type.Object({
  ...RuleName,
  file: Type.String(),
  /** Alerts of it that fired. */
  firedCount: Type.Integer(),
  /** Of those, how many somebody acknowledged. */
  acknowledgedCount: Type.Integer(),
  /** Of those, how many fired anew within ten minutes of their last end. */
  returnedCount: Type.Integer(),
  /** All of them together, until now where one still fires. */
  firingMs: Type.Integer(),
  /** Null: none within that time. */
  lastFiredAt: Type.Union([Type.Integer(), Type.Null()]),
  /** Whether it comes and goes: at least a third of its alerts, and three, have returned. */
  isFlapping: Type.Boolean(),
});
export type RuleRecord = Type.Static<typeof RuleRecord>;

export const RuleQuality = Type.Object({
  now: Type.Integer(),
  /** From when on; later than was asked for where the server is younger, or has too much on record. */
  since: Type.Integer(),
  /** The rules in force, those that fired most often first. */
  rules: Type.Array(RuleRecord),
  /** Pairs of rules whose alerts begin within two minutes of each other, nine times of ten. */
  together: Type.Array(
    Type.Object({
      first: Type.Object(RuleName),
      second: Type.Object(RuleName),
      /** How often the first fired beside the second. */
      count: Type.Integer(),
    }),
  ),
});
export type RuleQuality = Type.Static<typeof RuleQuality>;
