/**
 * The writing side of SQLite: several callers' batches in one transaction.
 *
 * Group commit: a commit costs one wait for the disk (about 0.15 ms to some ms), whatever it
 * holds, so all batches that wait are run in one transaction, each inside a savepoint of its own.
 * A batch that fails is rolled back to its savepoint and the others stay. Nobody is answered
 * before the commit: an answered batch is on disk.
 *
 * Runs in the writer's thread: imports nothing but node:sqlite and this folder's plain files.
 */
import type { Batch, BatchOutcome } from './batch-outcome.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { StatementResult } from './statement.ts';

/** A failure of SQLite as data; a thread cannot be sent an error with its code. */
export interface SqliteFault {
  readonly message: string;
  /** SQLite's extended result code; 0 where the failure is not SQLite's. */
  readonly resultCode: number;
}

type Outcome = BatchOutcome<SqliteFault>;

/** Runs the batches as one transaction; answers after the commit, one outcome for each batch. */
export function executeGroup(
  connection: SqliteConnection,
  batches: readonly Batch[],
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  try {
    connection.run('BEGIN IMMEDIATE', []);
    for (const batch of batches) {
      const outcome = executeBatch(connection, batch);
      // On a full disk and the like SQLite rolls back the whole transaction by itself: the batches
      // before this one are gone with it, and going on would commit each statement alone.
      if (!connection.database.isTransaction) return batches.map(() => outcome);
      outcomes.push(outcome);
    }
    connection.run('COMMIT', []);
    return outcomes;
  } catch (error) {
    const outcome: Outcome = { kind: 'failed', failure: describeFault(error) };
    if (connection.database.isTransaction) connection.run('ROLLBACK', []);
    return batches.map(() => outcome);
  }
}

function executeBatch(connection: SqliteConnection, statements: Batch): Outcome {
  connection.run('SAVEPOINT batch', []);
  const outcome = executeStatements(connection, statements);
  if (connection.database.isTransaction) {
    if (outcome.kind !== 'stored') connection.run('ROLLBACK TO batch', []);
    connection.run('RELEASE batch', []);
  }
  return outcome;
}

function executeStatements(connection: SqliteConnection, statements: Batch): Outcome {
  const results: StatementResult[] = [];
  try {
    for (const [statementIndex, { sql, parameters, expectRows }] of statements.entries()) {
      const result = connection.run(sql, parameters);
      const { affectedRows } = result;
      if (expectRows !== undefined && affectedRows !== expectRows) {
        return { kind: 'unexpectedRows', statementIndex, affectedRows };
      }
      results.push(result);
    }
  } catch (error) {
    return { kind: 'failed', failure: describeFault(error) };
  }
  return { kind: 'stored', results };
}

/** Takes from an error what may be sent to another thread. */
export function describeFault(error: unknown): SqliteFault {
  if (!(error instanceof Error)) return { message: String(error), resultCode: 0 };
  const { message } = error;
  if (!('errcode' in error) || typeof error.errcode !== 'number') return { message, resultCode: 0 };
  return { message, resultCode: error.errcode };
}
