/**
 * Alerting rules that are written on the page into rule files.
 *
 * In what is sent to the server null comes first: a validator that coerces would make '' of it.
 */
import Type from 'typebox';
import { Output } from './alerts.ts';

/** The questions for a new alert, in the order of `RuleDraft.review` (SRE book, chapter 6). */
export const REVIEW_QUESTIONS = [
  'It finds what nothing else finds, and that is urgent, actionable and seen by users.',
  'I will never be able to ignore it because it is harmless.',
  'It says for certain that users are hurt; drained and test systems are left out.',
  'I can act on it; the act is urgent, and cannot be left to a program.',
  'Nobody else is paged for the same, so that one of the pages would be for nothing.',
] as const;

/** An alerting rule as it is put together on the page. */
export const RuleDraft = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  expression: Type.String({ minLength: 1, maxLength: 20_000 }),
  forMs: Type.Integer({ minimum: 0, maximum: 31_536_000_000_000 }),
  /** Written as the label `severity`. */
  output: Output,
  /** Besides `severity`; may be templates. */
  labels: Type.Record(Type.String({ maxLength: 200 }), Type.String({ maxLength: 2000 })),
  /** Annotations; '' is none. */
  summary: Type.String({ maxLength: 2000 }),
  playbook: Type.String({ maxLength: 2000 }),
  /** For how many days it pages whoever saves it alone; null: it pages everybody at once. */
  probationDays: Type.Union([Type.Null(), Type.Integer({ minimum: 1, maximum: 365 })]),
  /** Which of the review's questions are answered with yes. */
  review: Type.Array(Type.Boolean(), { minItems: 5, maxItems: 5 }),
});
export type RuleDraft = Type.Static<typeof RuleDraft>;

export const RuleText = Type.Object({
  /** The rule as an entry of `rules`. */
  yaml: Type.String(),
});

/** The rule files in force that the page may write to. */
export const RuleFileList = Type.Object({
  /** Where new files are made. */
  folder: Type.String(),
  /** Why nothing can be written there; null: it can. */
  readOnlyReason: Type.Union([Type.String(), Type.Null()]),
  files: Type.Array(
    Type.Object({
      file: Type.String(),
      /** Of the text in force; given back with a change, so that no other change is lost. */
      hash: Type.String(),
      groups: Type.Array(Type.String()),
      readOnlyReason: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type RuleFileList = Type.Static<typeof RuleFileList>;

export const SaveRuleRequest = Type.Object({
  rule: RuleDraft,
  /** The file that it goes to; null: a new one, called as the group. */
  file: Type.Union([Type.Null(), Type.String({ maxLength: 4096 })]),
  /** Of that file as the page saw it; null: it is new. */
  hash: Type.Union([Type.Null(), Type.String({ maxLength: 100 })]),
  /** A group of the file, or a new one. */
  group: Type.String({ minLength: 1, maxLength: 200 }),
});
export type SaveRuleRequest = Type.Static<typeof SaveRuleRequest>;

/** What was written, and is in force. */
export const RuleChange = Type.Object({
  rule: Type.String(),
  group: Type.String(),
  file: Type.String(),
  /** Of the file as it is now; undoes the change while nobody else has changed it. */
  hash: Type.String(),
});
export type RuleChange = Type.Static<typeof RuleChange>;

export const EndProbationRequest = Type.Object({
  rule: Type.String({ minLength: 1, maxLength: 1000 }),
  /** Where several groups have a rule of this name. */
  group: Type.Optional(Type.String({ maxLength: 1000 })),
});
export type EndProbationRequest = Type.Static<typeof EndProbationRequest>;

export const UndoRuleRequest = Type.Object({
  file: Type.String({ maxLength: 4096 }),
  hash: Type.String({ maxLength: 100 }),
});
export type UndoRuleRequest = Type.Static<typeof UndoRuleRequest>;
