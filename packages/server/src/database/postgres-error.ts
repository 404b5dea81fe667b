/** Turns PostgreSQL's SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html) into our errors. */
import pg from 'pg';
import {
  AppError,
  BugError,
  conflict,
  errorMessage,
  invalid,
  systemErrorCode,
  timedOut,
  unavailable,
} from '../platform/index.ts';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
const CHARACTER_NOT_IN_REPERTOIRE = '22021';
const QUERY_CANCELED = '57014';

/** Serialization failure, deadlock, and the server's shutdown by an operator or after a crash. */
const RETRYABLE = new Set(['40001', '40P01', '57P01', '57P02']);

/** Classes of errors that only wrong SQL, or wrong values for it, can cause. */
const BUG_CLASSES = new Set(['0A', '21', '22', '23', '25', '26', '34', '42']);

/**
 * Whether the same statements may do better at once: the server undid them because of another
 * transaction, or ended the connection (a restart) before they were committed.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return RETRYABLE.has(error.code ?? '');
  const code = systemErrorCode(error);
  if (code !== undefined) return code === 'ECONNRESET' || code === 'EPIPE';
  return errorMessage(error).startsWith('Connection terminated');
}

/** The connection broke between the question whether to commit and the answer. */
export function outcomeUnknown(cause: unknown): AppError {
  const message =
    `the database did not answer a commit: ${errorMessage(cause)}; ` +
    'look the record up before trying again';
  return unavailable('DATABASE_OUTCOME_UNKNOWN', message, { cause });
}

/** The error to answer for a failure of PostgreSQL; `what` says what was attempted. */
export function createPostgresError(cause: unknown, what: string): AppError | BugError {
  if (cause instanceof AppError || cause instanceof BugError) return cause;
  const message = `${what}${describeAway(cause)}: ${errorMessage(cause)}`;
  const code = cause instanceof pg.DatabaseError ? (cause.code ?? '') : '';
  switch (code) {
    case UNIQUE_VIOLATION:
      return conflict('RECORD_EXISTS', message, { cause });
    case FOREIGN_KEY_VIOLATION:
      return conflict('RECORD_REFERENCE_MISSING', message, { cause });
    case CHARACTER_NOT_IN_REPERTOIRE:
      return invalid('RECORD_TEXT_INVALID', message, { cause });
    case QUERY_CANCELED:
      return timedOut('DATABASE_TIMEOUT', message, { cause });
    default:
      return BUG_CLASSES.has(code.slice(0, 2))
        ? new BugError(`BUG: ${message}`, { cause })
        : unavailable('DATABASE_UNAVAILABLE', message, { cause });
  }
}

/** Where no server answered, that is the news, not what it was to be asked. */
function describeAway(cause: unknown): string {
  const isAway = !(cause instanceof pg.DatabaseError) && systemErrorCode(cause) !== undefined;
  return isAway ? ': PostgreSQL (records.url) cannot be reached' : '';
}
