/** What is wrong, or could be better, with the rules of a file. Times are epoch milliseconds. */
import Type from 'typebox';
import { Output } from './alerts.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableCount = Type.Union([Type.Integer(), Type.Null()]);

/** Rule files as texts; they need not be in force, nor on the server's disk. */
export const LintRequest = Type.Object({
  files: Type.Array(
    Type.Object({
      /** As findings are to name it. */
      file: Type.String({ minLength: 1, maxLength: 1000 }),
      text: Type.String({ maxLength: 1_000_000 }),
    }),
    { minItems: 1, maxItems: 100 },
  ),
});
export type LintRequest = Type.Static<typeof LintRequest>;

/** `error`: it does not do what it says; `warning`: it will hurt somebody; `note`: good to know. */
export const LintSeverity = Type.Union([
  Type.Literal('error'),
  Type.Literal('warning'),
  Type.Literal('note'),
]);
export type LintSeverity = Type.Static<typeof LintSeverity>;

export const LintFinding = Type.Object({
  /** The stable name of the check; where pint has the same check, pint's. */
  check: Type.String(),
  severity: LintSeverity,
  file: Type.String(),
  /** Both count from 1. */
  line: Type.Integer(),
  column: Type.Integer(),
  /** Null: it is about the file. */
  group: NullableText,
  rule: NullableText,
  /** What is there. */
  message: Type.String(),
  /** What comes of it. */
  reason: Type.String(),
  /** What to do. */
  advice: Type.String(),
});
export type LintFinding = Type.Static<typeof LintFinding>;

/** A rule with what the stored series say of it; null: that is not known. */
export const LintedRule = Type.Object({
  file: Type.String(),
  line: Type.Integer(),
  group: Type.String(),
  name: Type.String(),
  kind: Type.Union([Type.Literal('alert'), Type.Literal('record')]),
  /** Null: a recording rule. */
  output: Type.Union([Output, Type.Null()]),
  /** Of one evaluation, from the index alone: at least so much is looked at. */
  seriesCount: NullableCount,
  readSamples: NullableCount,
  /** Elements of its result now. */
  resultCount: NullableCount,
  /** Alerts if all that it watches went wrong at once; null also where no limit is watched. */
  alertsMax: NullableCount,
});
export type LintedRule = Type.Static<typeof LintedRule>;

export const LintReport = Type.Object({
  now: Type.Integer(),
  /** Whether the stored series were asked; without them only what the text says was checked. */
  hasFacts: Type.Boolean(),
  /** File by file, in the order of lines; at most a thousand. */
  findings: Type.Array(LintFinding),
  findingCount: Type.Integer(),
  /** Findings that comments in the files silence. */
  silencedCount: Type.Integer(),
  rules: Type.Array(LintedRule),
  /** Rules of which the series were not asked, because no time was left. */
  unaskedCount: Type.Integer(),
});
export type LintReport = Type.Static<typeof LintReport>;
