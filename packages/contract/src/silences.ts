/** Silences: alerts that their matchers meet page nobody from start to end. */
import Type from 'typebox';
import { Output } from './alerts.ts';

const Millis = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });

/** One condition on one label; expressions are of RE2 and must match the whole value. */
export const SilenceMatcher = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 1024 }),
  operator: Type.Union([
    Type.Literal('='),
    Type.Literal('!='),
    Type.Literal('=~'),
    Type.Literal('!~'),
  ]),
  value: Type.String({ maxLength: 16_384 }),
});
export type SilenceMatcher = Type.Static<typeof SilenceMatcher>;

/** `pending`: it has not begun; `expired`: it is over. */
export const SilenceState = Type.Union([
  Type.Literal('pending'),
  Type.Literal('active'),
  Type.Literal('expired'),
]);
export type SilenceState = Type.Static<typeof SilenceState>;

const Matchers = Type.Array(SilenceMatcher, { minItems: 1, maxItems: 100 });

/** What a silence is to be. */
export const SilenceRequest = Type.Object({
  matchers: Matchers,
  /** Absent: now, and of a silence that is changed as it was. */
  startsAt: Type.Optional(Millis),
  endsAt: Millis,
  /** Why; it is told with each alert that is silenced. */
  comment: Type.String({ minLength: 1, maxLength: 10_000 }),
});
export type SilenceRequest = Type.Static<typeof SilenceRequest>;

export const Silence = Type.Object({
  /** A UUID. */
  id: Type.String(),
  matchers: Type.Array(SilenceMatcher),
  startsAt: Type.Integer(),
  /** Not included. */
  endsAt: Type.Integer(),
  state: SilenceState,
  createdBy: Type.String(),
  comment: Type.String(),
  updatedAt: Type.Integer(),
  /** Alerts that fire now and that it matches, whether or not it is in force. */
  firingCount: Type.Integer(),
});
export type Silence = Type.Static<typeof Silence>;

export const SilenceList = Type.Object({
  now: Type.Integer(),
  /** What ends next, then what begins next, then what ended last. */
  silences: Type.Array(Silence),
  /** Over all of them, whatever the filter. */
  counts: Type.Object({
    active: Type.Integer(),
    pending: Type.Integer(),
    expired: Type.Integer(),
  }),
});
export type SilenceList = Type.Static<typeof SilenceList>;

export const SilenceQuery = Type.Object({
  /** Absent: active and pending. */
  state: Type.Optional(Type.Union([SilenceState, Type.Literal('all')])),
});
export type SilenceQuery = Type.Static<typeof SilenceQuery>;

/** One thing that was done to a silence. */
export const SilenceEntry = Type.Object({
  at: Type.Integer(),
  /** `silence.created`, `silence.changed`, `silence.ended`. */
  kind: Type.String(),
  /** What was done, in a sentence. */
  reason: Type.String(),
  actor: Type.String(),
});
export type SilenceEntry = Type.Static<typeof SilenceEntry>;

/** An alert that a silence is about. */
export const SilencedAlert = Type.Object({
  id: Type.String(),
  name: Type.String(),
  summary: Type.String(),
  output: Output,
  service: Type.Union([Type.String(), Type.Null()]),
  firedAt: Type.Integer(),
  /** Null: it still fires. */
  resolvedAt: Type.Union([Type.Integer(), Type.Null()]),
});
export type SilencedAlert = Type.Static<typeof SilencedAlert>;

export const SilenceDetail = Type.Object({
  now: Type.Integer(),
  silence: Silence,
  /** Oldest first. */
  history: Type.Array(SilenceEntry),
  /** What fires now and is matched, the newest first; not all where there are many. */
  firing: Type.Array(SilencedAlert),
});
export type SilenceDetail = Type.Static<typeof SilenceDetail>;

/** Matchers that are still being written. */
export const SilencePreviewRequest = Type.Object({
  matchers: Matchers,
  startsAt: Type.Optional(Millis),
  endsAt: Type.Optional(Millis),
});
export type SilencePreviewRequest = Type.Static<typeof SilencePreviewRequest>;

/** What is odd about a silence that is to be made. */
export const SilenceWarning = Type.Object({
  code: Type.Union([
    /** It matches every alert that is known, of several rules. */
    Type.Literal('everything'),
    /** It matches no alert that is known. */
    Type.Literal('nothing'),
    /** One matcher meets no alert that is known. */
    Type.Literal('blind-matcher'),
    /** It lasts longer than a week. */
    Type.Literal('long'),
  ]),
  /** What and why, in a sentence. */
  text: Type.String(),
  /** The matcher that meets nothing, as text. */
  matcher: Type.Union([Type.String(), Type.Null()]),
});
export type SilenceWarning = Type.Static<typeof SilenceWarning>;

export const SilencePreview = Type.Object({
  now: Type.Integer(),
  /** What fires now and would be silenced, the newest first; not all where there are many. */
  firing: Type.Array(SilencedAlert),
  firingCount: Type.Integer(),
  /** Of those: with the output `page`. */
  firingPageCount: Type.Integer(),
  /** How far back was looked. */
  pastFrom: Type.Integer(),
  /** What fired since then, is over, and would have been silenced; the newest, and how many. */
  past: Type.Array(SilencedAlert),
  pastCount: Type.Integer(),
  pastPageCount: Type.Integer(),
  /** How many alerts were held against the matchers, and whether there were more. */
  knownCount: Type.Integer(),
  isCut: Type.Boolean(),
  warnings: Type.Array(SilenceWarning),
});
export type SilencePreview = Type.Static<typeof SilencePreview>;
