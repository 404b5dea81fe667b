/**
 * Comments that silence checks, in pint's words: `# pint disable promql/series`. Files that were
 * written for pint keep their meaning, and `# nines disable …` says the same to Nines alone.
 *
 * `disable CHECK` is about the rule it stands in or before, `file/disable CHECK` about the whole
 * file, `snooze TIME CHECK` the same until then, `ignore/file` about everything below it. A check
 * may be narrowed to what it speaks of: `promql/series(http_errors_total)`.
 */
import { CHECKS, type Finding } from './model.ts';
import type { SourceFile } from './source.ts';

const COMMENT = /#\s*(pint|nines)\s+(ignore\/file|(?:file\/)?(?:disable|snooze)\b)[ \t]*(.*)$/;
/** A check, and in brackets what it is narrowed to, which may have brackets itself. */
const CHECK = /^([\w-]+\/[\w-]+)\s*(?:\((.*)\))?\s*$/;

/** One comment. */
interface Silencer {
  readonly line: number;
  readonly isOfFile: boolean;
  readonly check: string;
  /** What it is narrowed to; undefined: all that the check says. */
  readonly subject: string | undefined;
}

export interface Comments {
  /** Whether a finding of this file is not to be told. */
  silences(finding: Finding): boolean;
  /** Comments in our own words that mean nothing. */
  readonly findings: readonly Finding[];
}

/** Reads the comments of a file. */
export function readComments({ file, text }: SourceFile, nowMs: number): Comments {
  const silencers: Silencer[] = [];
  const findings: Finding[] = [];
  let ignoredFrom = Infinity;
  text.split('\n').forEach((content, index) => {
    const line = index + 1;
    const match = COMMENT.exec(content);
    if (match === null) return;
    const [, tool, verb, rest] = match;
    if (verb === 'ignore/file') {
      ignoredFrom = Math.min(ignoredFrom, line);
      return;
    }
    const read = readSilencer(verb, rest, nowMs);
    if (read === 'over') return;
    if (typeof read !== 'string') silencers.push({ ...read, line });
    // pint has checks that we have not, and its own linter speaks of them.
    const isKnown = typeof read !== 'string' && isCheck(read.check);
    if (tool !== 'nines' || isKnown) return;
    findings.push({
      check: 'lint/comment',
      severity: 'warning',
      file,
      line,
      column: match.index + 1,
      placed: undefined,
      message: typeof read === 'string' ? read : `there is no check "${read.check}"`,
      reason: 'the comment silences nothing',
      advice: 'write "# nines disable CHECK" with the name that a finding shows',
    });
  });
  return {
    findings,
    silences: (finding) =>
      finding.line >= ignoredFrom || silencers.some((silencer) => isMeant(silencer, finding)),
  };
}

function isCheck(name: string): boolean {
  return CHECKS.some((check) => check === name);
}

/** A comment; `over`: its time has passed; another text: why it is none. */
function readSilencer(
  verb: string,
  rest: string,
  nowMs: number,
): Omit<Silencer, 'line'> | 'over' | (string & {}) {
  let named = rest;
  if (verb.endsWith('snooze')) {
    const [time = '', ...words] = rest.split(/\s+/);
    const untilMs = Date.parse(time);
    if (Number.isNaN(untilMs)) return `"${time}" is no time such as 2027-01-31`;
    if (untilMs <= nowMs) return 'over';
    named = words.join(' ');
  }
  const match = CHECK.exec(named.trim());
  if (match === null) return `"${named.trim()}" is no name of a check`;
  return { isOfFile: verb.startsWith('file/'), check: match[1], subject: match[2] };
}

function isMeant(silencer: Silencer, finding: Finding): boolean {
  if (silencer.check !== finding.check) return false;
  const { subject, line, isOfFile } = silencer;
  if (subject !== undefined && finding.subjects?.includes(subject) !== true) return false;
  const lines = finding.placed?.lines;
  return isOfFile || (lines !== undefined && line >= lines.first && line <= lines.last);
}
