/**
 * Probation: a new rule that pages its author only, until a date. Two annotations say so, because
 * every tool that reads rule files takes annotations as they are, and because they belong neither
 * to the identity of a rule nor to that of its alerts: a probation ends without an alert that fires
 * becoming another one (docs/adr/0159).
 */

/** The annotation that names who wrote a rule, as they sign in. */
const AUTHOR_ANNOTATION = 'nines_author';
/** The annotation with the first day and the day of the end, `2026-11-24/2026-12-08` (ISO 8601). */
export const PROBATION_ANNOTATION = 'nines_probation';

export interface Probation {
  /** As they sign in. */
  readonly author: string;
  /** Half-open; whole days in UTC. */
  readonly fromMs: number;
  readonly untilMs: number;
}

const DAY_MS = 86_400_000;
const DAYS = /^(?<from>\d{4}-\d{2}-\d{2})\/(?<until>\d{4}-\d{2}-\d{2})$/;
/** What identity takes as a login. */
const AUTHOR = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What annotations say of a probation; a text says why they cannot. Undefined: nothing. */
export function readProbation(
  annotations: Readonly<Record<string, string>>,
): Probation | string | undefined {
  const days = annotations[PROBATION_ANNOTATION];
  if (days === undefined) return undefined;
  const { from = '', until = '' } = DAYS.exec(days)?.groups ?? {};
  const fromMs = parseDay(from);
  const untilMs = parseDay(until);
  if (fromMs === undefined || untilMs === undefined || fromMs >= untilMs) {
    return `${PROBATION_ANNOTATION} must be the first day and the day of the end, such as "2026-11-24/2026-12-08", got ${JSON.stringify(days)}`;
  }
  const author = annotations[AUTHOR_ANNOTATION] ?? '';
  if (!AUTHOR.test(author)) {
    return `${PROBATION_ANNOTATION} needs ${AUTHOR_ANNOTATION}, the name with which its author signs in: nobody else is paged; got ${JSON.stringify(author)}`;
  }
  return { author, fromMs, untilMs };
}

/** The probation of a rule or an alert, over or not; what cannot be read is none. */
export function findProbation(
  annotations: Readonly<Record<string, string>>,
): Probation | undefined {
  const read = readProbation(annotations);
  return typeof read === 'string' ? undefined : read;
}

/** The annotations of a probation that begins on the day of a time and lasts so many days. */
export function probationAnnotations(
  author: string,
  { fromMs, days }: { readonly fromMs: number; readonly days: number },
): Readonly<Record<string, string>> {
  const until = formatDay(fromMs + days * DAY_MS);
  return {
    [AUTHOR_ANNOTATION]: author,
    [PROBATION_ANNOTATION]: `${formatDay(fromMs)}/${until}`,
  };
}

/** A day as the annotation has it. */
export function formatDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The beginning of a day in UTC; undefined: there is no such day. */
function parseDay(text: string): number | undefined {
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(atMs) || formatDay(atMs) !== text ? undefined : atMs;
}
