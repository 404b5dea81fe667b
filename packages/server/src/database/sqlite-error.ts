/** Turns SQLite's result codes (https://www.sqlite.org/rescode.html) into our errors. */
import { type AppError, BugError, conflict, unavailable } from '../platform/index.ts';
import type { SqliteFault } from './sqlite-writer.ts';

/** Primary result codes that mean "away for now", with their names for `systemErrorCode`. */
const AWAY = new Map([
  [3, 'SQLITE_PERM'],
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [7, 'SQLITE_NOMEM'],
  [8, 'SQLITE_READONLY'],
  [9, 'SQLITE_INTERRUPT'],
  [10, 'SQLITE_IOERR'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
  [15, 'SQLITE_PROTOCOL'],
  [22, 'SQLITE_NOLFS'],
]);
const DAMAGED = new Map([
  [11, 'SQLITE_CORRUPT'],
  [26, 'SQLITE_NOTADB'],
]);
const CONSTRAINT_PRIMARY_KEY = 1555;
const CONSTRAINT_UNIQUE = 2067;
const CONSTRAINT_ROWID = 2579;
const CONSTRAINT_FOREIGN_KEY = 787;

/** SQLite's own words and the name of its code. */
class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly code: string;

  constructor(fault: SqliteFault, code: string) {
    super(fault.message);
    this.code = code;
  }
}

/** The error to answer for a failure of SQLite; `what` says what was attempted. */
export function createSqliteError(fault: SqliteFault, what: string): AppError | BugError {
  const { message, resultCode } = fault;
  const cause = (code: string) => ({ cause: new SqliteError(fault, code) });
  switch (resultCode) {
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
    case CONSTRAINT_ROWID:
      return conflict('RECORD_EXISTS', `${what}: ${message}`, cause('SQLITE_CONSTRAINT_UNIQUE'));
    case CONSTRAINT_FOREIGN_KEY:
      return conflict(
        'RECORD_REFERENCE_MISSING',
        `${what}: ${message}`,
        cause('SQLITE_CONSTRAINT_FOREIGNKEY'),
      );
    default:
  }
  const primary = resultCode & 0xff;
  const away = AWAY.get(primary);
  if (away !== undefined) {
    return unavailable('DATABASE_UNAVAILABLE', `${what}: ${message}`, cause(away));
  }
  const damaged = DAMAGED.get(primary);
  if (damaged !== undefined) {
    return unavailable(
      'DATABASE_DAMAGED',
      `${what}: ${message}; restore the file from a backup`,
      cause(damaged),
    );
  }
  return new BugError(`BUG: ${what}: ${message}`, cause(`SQLITE_${resultCode}`));
}
