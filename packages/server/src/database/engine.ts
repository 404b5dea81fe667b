/** What the record store needs from a database: two of them implement this. */
import type { QueryCompiler } from 'kysely';
import type { CompiledStatement, StatementResult, SqlValue } from './statement.ts';

export type EngineName = 'sqlite' | 'postgres';

/** A copy of all records in a file, whole and checked. */
export interface RecordsCopy {
  readonly rowsByTable: Readonly<Record<string, number>>;
}

export interface Engine {
  readonly name: EngineName;
  createQueryCompiler(): QueryCompiler;
  /** Runs a statement that changes nothing, on a connection that could not change anything. */
  read(sql: string, parameters: readonly SqlValue[]): Promise<StatementResult>;
  /**
   * Runs the statements as one transaction and answers after it is on disk.
   * Rejects with UnexpectedRows when a statement did not touch as many rows as it should have,
   * else with an AppError (or a BugError); in every case nothing of the batch is kept, except
   * where the error's code is `DATABASE_OUTCOME_UNKNOWN`.
   */
  write(statements: readonly CompiledStatement[]): Promise<readonly StatementResult[]>;
  /** Copies all that was answered before the call, and some of what came since, to a new file. */
  copyTo(file: string, signal: AbortSignal): Promise<RecordsCopy>;
  close(): Promise<void>;
}

/** A guarded statement touched another number of rows than it should have; the batch is undone. */
export class UnexpectedRows extends Error {
  override readonly name = 'UnexpectedRows';
  readonly statementIndex: number;
  readonly affectedRows: number;

  constructor(statementIndex: number, affectedRows: number) {
    super(`statement ${statementIndex} touched ${affectedRows} rows`);
    this.statementIndex = statementIndex;
    this.affectedRows = affectedRows;
  }
}
