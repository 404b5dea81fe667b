/** Why an alert is there, or why a rule does not fire. Times are epoch milliseconds. */
import Type from 'typebox';
import { AlertOrigin, HistoryEntry, Output } from './alerts.ts';

const Millis = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const LabelSet = Type.Record(Type.String(), Type.String());
const NullableTime = Type.Union([Type.Integer(), Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
/** Null for NaN and infinities. */
const Value = Type.Union([Type.Number(), Type.Null()]);

/** Either an alert or a rule is asked about. */
export const WhyQuery = Type.Object({
  /** An alert's id. */
  alert: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** The name of an alerting rule in force. */
  rule: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  /** The group that is meant, where several have a rule of this name. */
  group: Type.Optional(Type.String({ maxLength: 1000 })),
  /** As of when; absent: now, or the end of an alert that is over. */
  at: Type.Optional(Millis),
});
export type WhyQuery = Type.Static<typeof WhyQuery>;

/** How things stand, in one fact; the first of an answer is the answer. */
export const WhyReason = Type.Union([
  /** It fires: the condition held for as long as the rule asks. */
  Type.Object({
    kind: Type.Literal('firing'),
    activeAt: Type.Integer(),
    firedAt: Type.Integer(),
    forMs: Type.Integer(),
  }),
  /** The condition is over, and the rule keeps it firing for a while. */
  Type.Object({
    kind: Type.Literal('kept'),
    since: Type.Integer(),
    untilMs: Type.Integer(),
  }),
  /** The condition holds, but not yet for long enough. */
  Type.Object({
    kind: Type.Literal('pending'),
    activeAt: Type.Integer(),
    firesAt: Type.Integer(),
    leftMs: Type.Integer(),
  }),
  /** The condition ended. `hasFired`: it had fired before. */
  Type.Object({ kind: Type.Literal('ended'), at: Type.Integer(), hasFired: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('resolved'), at: Type.Integer(), by: Type.String() }),
  /** It fires, and a silence keeps its pages back. */
  Type.Object({
    kind: Type.Literal('silenced'),
    silenceId: Type.String(),
    by: Type.String(),
    untilMs: Type.Integer(),
    comment: Type.String(),
  }),
  /** It was not there yet. */
  Type.Object({ kind: Type.Literal('notYet'), activeAt: Type.Integer() }),
  /** Of an alert that no rule here found. */
  Type.Object({
    kind: Type.Literal('origin'),
    origin: AlertOrigin,
    sender: NullableText,
  }),
  /** Its rule is not, or no longer, in force. */
  Type.Object({ kind: Type.Literal('noRule') }),
  /** Of a rule: alerts that are there. */
  Type.Object({
    kind: Type.Literal('active'),
    firingCount: Type.Integer(),
    pendingCount: Type.Integer(),
    /** When the first of the pending ones fires if it lasts. */
    firesAt: NullableTime,
  }),
  /** Its group has not been evaluated since the start. */
  Type.Object({ kind: Type.Literal('notEvaluated'), nextAt: Type.Integer() }),
  /** Its group is behind. */
  Type.Object({
    kind: Type.Literal('late'),
    lastAt: Type.Integer(),
    intervalMs: Type.Integer(),
    durationMs: Type.Number(),
  }),
  /** Its evaluation fails, so its alerts stay as they are. */
  Type.Object({ kind: Type.Literal('failing'), error: Type.String() }),
  /** The expression gives nothing. Null: not within the time that was looked at. */
  Type.Object({
    kind: Type.Literal('noMatch'),
    lastMatchedAt: NullableTime,
    searchedMs: Type.Integer(),
  }),
  /** The stored samples give another answer at so many evaluations than the rule saw. */
  Type.Object({ kind: Type.Literal('differs'), count: Type.Integer() }),
]);
export type WhyReason = Type.Static<typeof WhyReason>;

/** The target that a series came from. */
export const WhyTarget = Type.Object({
  job: Type.String(),
  instance: Type.String(),
  /** `gone`: it is no target any more. */
  health: Type.Union([
    Type.Literal('up'),
    Type.Literal('down'),
    Type.Literal('unknown'),
    Type.Literal('gone'),
  ]),
  lastError: NullableText,
});
export type WhyTarget = Type.Static<typeof WhyTarget>;

/** Where in the expression the last series was lost, and how. `part` is PromQL. */
export const WhyCause = Type.Union([
  /** A comparison with a number: the value that comes closest. */
  Type.Object({
    kind: Type.Literal('limit'),
    part: Type.String(),
    operator: Type.String(),
    limit: Value,
    value: Value,
    labels: LabelSet,
    seriesCount: Type.Integer(),
  }),
  /** A comparison of two series: a pair for which it does not hold. */
  Type.Object({
    kind: Type.Literal('values'),
    part: Type.String(),
    operator: Type.String(),
    left: Value,
    right: Value,
    labels: LabelSet,
  }),
  /** Both sides have series, and no labels match. */
  Type.Object({
    kind: Type.Literal('partner'),
    part: Type.String(),
    operator: Type.String(),
    leftCount: Type.Integer(),
    rightCount: Type.Integer(),
  }),
  /** The right side of `unless` has a partner for each series of the left. */
  Type.Object({
    kind: Type.Literal('excluded'),
    part: Type.String(),
    by: Type.String(),
    seriesCount: Type.Integer(),
  }),
  /** `absent` of something that is there. */
  Type.Object({
    kind: Type.Literal('present'),
    part: Type.String(),
    operand: Type.String(),
    seriesCount: Type.Integer(),
  }),
  /** A function over a range has samples, but not enough of them. */
  Type.Object({
    kind: Type.Literal('window'),
    part: Type.String(),
    seriesCount: Type.Integer(),
  }),
  /** Another operator or function that gives nothing for what it gets. */
  Type.Object({
    kind: Type.Literal('operator'),
    part: Type.String(),
    seriesCount: Type.Integer(),
  }),
  /** A selector without series: when and from where the last sample came. */
  Type.Object({
    kind: Type.Literal('noSamples'),
    part: Type.String(),
    /** Null: none within the time that was looked at. */
    lastAt: NullableTime,
    labels: LabelSet,
    target: Type.Union([WhyTarget, Type.Null()]),
    searchedMs: Type.Integer(),
  }),
  /** The metric has series, but none with these labels. */
  Type.Object({
    kind: Type.Literal('otherLabels'),
    part: Type.String(),
    metric: Type.String(),
    seriesCount: Type.Integer(),
    /** Matchers without which there would be so many series. */
    without: Type.Array(Type.Object({ matcher: Type.String(), seriesCount: Type.Integer() })),
  }),
  /** A part that could not be evaluated. */
  Type.Object({ kind: Type.Literal('unknown'), part: Type.String(), reason: Type.String() }),
]);
export type WhyCause = Type.Static<typeof WhyCause>;

/** One part of the expression and what it gives; of an alert, of its own series. */
export const WhyPart = Type.Object({
  text: Type.String(),
  /** How deep it stands; a part's own parts follow it, one deeper. */
  depth: Type.Integer(),
  /** Null: it was not evaluated, and `error` says why. */
  seriesCount: Type.Union([Type.Integer(), Type.Null()]),
  error: NullableText,
  /** Some of the series. */
  series: Type.Array(Type.Object({ labels: LabelSet, value: Value })),
  /** Whether the last series was lost here. */
  isCause: Type.Boolean(),
});
export type WhyPart = Type.Static<typeof WhyPart>;

/** One evaluation, replayed over stored samples. */
export const WhyEvaluation = Type.Object({
  at: Type.Integer(),
  /** Elements of the result; of an alert, whether its own is among them: 0 or 1. */
  matchCount: Type.Integer(),
  /** Of what is measured; of several series the one closest to the limit. Null: none. */
  value: Value,
  state: Type.Union([Type.Literal('inactive'), Type.Literal('pending'), Type.Literal('firing')]),
});
export type WhyEvaluation = Type.Static<typeof WhyEvaluation>;

/** What an alert does to people: what it did, or, of a rule, what it would do. */
export const WhyRoute = Type.Object({
  isTaken: Type.Boolean(),
  output: Output,
  /** Why that output. */
  reason: Type.String(),
  service: NullableText,
  /** Null: it pages nobody. */
  policy: NullableText,
  /** Who wrote the rule and alone is paged, while it is on probation; null: it is not. */
  probation: NullableText,
  steps: Type.Array(
    Type.Object({
      /** From 1, repeats of the policy included. */
      step: Type.Integer(),
      channels: Type.Array(Type.String()),
      /** How long an acknowledgement may take before the next step. */
      waitMs: Type.Integer(),
      /** Null: not begun. */
      beganAt: NullableTime,
      /** When it begins if nobody acknowledges; null: begun, or not to begin. */
      dueAt: NullableTime,
    }),
  ),
  stepCount: Type.Integer(),
});
export type WhyRoute = Type.Static<typeof WhyRoute>;

/** Something that happens at a time by itself. */
export const WhyTimer = Type.Object({
  kind: Type.Union([
    /** The rule is evaluated. */
    Type.Literal('evaluation'),
    /** `for` is over. */
    Type.Literal('for'),
    /** `keep_firing_for` is over. */
    Type.Literal('keep'),
    /** The next step of the escalation. */
    Type.Literal('step'),
    /** A page is tried again. */
    Type.Literal('attempt'),
    /** A silence is over: what still fires begins to page. */
    Type.Literal('silence'),
    /** A person's word is held against the rule. */
    Type.Literal('recheck'),
  ]),
  at: Type.Integer(),
  step: Type.Union([Type.Integer(), Type.Null()]),
  channels: Type.Array(Type.String()),
});
export type WhyTimer = Type.Static<typeof WhyTimer>;

export const WhyRule = Type.Object({
  name: Type.String(),
  group: Type.String(),
  file: Type.String(),
  expression: Type.String(),
  forMs: Type.Integer(),
  keepFiringForMs: Type.Integer(),
  intervalMs: Type.Integer(),
  queryOffsetMs: Type.Integer(),
  lastEvaluationAt: NullableTime,
});
export type WhyRule = Type.Static<typeof WhyRule>;

export const Explanation = Type.Object({
  now: Type.Integer(),
  /** The evaluation that is explained. */
  at: Type.Integer(),
  name: Type.String(),
  /** Null: a rule is explained. */
  alertId: NullableText,
  labels: LabelSet,
  rule: Type.Union([WhyRule, Type.Null()]),
  /** The first is the answer; what qualifies it follows. */
  reasons: Type.Array(WhyReason, { minItems: 1 }),
  /** Where the series was lost; empty while it is there. */
  causes: Type.Array(WhyCause),
  /** The expression and its parts, in the order of reading. */
  parts: Type.Array(WhyPart),
  /** What is held against a limit at each evaluation; null: no comparison with a number. */
  measured: Type.Union([
    Type.Object({ text: Type.String(), operator: Type.String(), limit: Value }),
    Type.Null(),
  ]),
  /** In the order of time; of a long alert its beginning and its end. */
  evaluations: Type.Array(WhyEvaluation),
  /** Evaluations between the beginning and the end that are not listed. */
  skippedCount: Type.Integer(),
  /** Why the evaluations could not be replayed. */
  evaluationError: NullableText,
  /** Alerts of a rule that are there at that time. */
  active: Type.Array(
    Type.Object({
      alertId: NullableText,
      labels: LabelSet,
      state: Type.Union([Type.Literal('pending'), Type.Literal('firing')]),
      activeAt: Type.Integer(),
      firesAt: NullableTime,
    }),
  ),
  /** Of an alert its own, from its history; of a rule those of its alerts, replayed. */
  transitions: Type.Array(
    Type.Object({
      at: Type.Integer(),
      /** As in a history, such as `alert.fired`. */
      kind: Type.String(),
      reason: Type.String(),
      labels: LabelSet,
    }),
  ),
  /** Null: nothing is known of whom it would reach. */
  route: Type.Union([WhyRoute, Type.Null()]),
  /** The next first; none of the past. */
  timers: Type.Array(WhyTimer),
  /** What was sent and not sent, with the answers. */
  deliveries: Type.Array(HistoryEntry),
});
export type Explanation = Type.Static<typeof Explanation>;

/** A new rule pages its author only, until a day. */
export const RuleProbation = Type.Object({
  /** As they sign in. */
  author: Type.String(),
  /** Half-open; whole days in UTC. */
  from: Type.Integer(),
  until: Type.Integer(),
  /** Whether that day has come, so that it pages as other rules do. */
  isOver: Type.Boolean(),
  /** Alerts of it that fired since its first day. */
  firedCount: Type.Integer(),
});
export type RuleProbation = Type.Static<typeof RuleProbation>;

/** Rules that can be asked about. */
export const RuleList = Type.Object({
  now: Type.Integer(),
  rules: Type.Array(
    Type.Object({
      name: Type.String(),
      group: Type.String(),
      file: Type.String(),
      expression: Type.String(),
      state: Type.Union([
        Type.Literal('inactive'),
        Type.Literal('pending'),
        Type.Literal('firing'),
        Type.Literal('unknown'),
      ]),
      /** Why its last evaluation failed. */
      error: NullableText,
      activeCount: Type.Integer(),
      /** Null: it pages whoever its service's policy says. */
      probation: Type.Union([RuleProbation, Type.Null()]),
    }),
  ),
});
export type RuleList = Type.Static<typeof RuleList>;
