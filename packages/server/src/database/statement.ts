/** What travels to a database engine: statements as plain data, so that a thread can be sent them. */
import type { Compilable } from 'kysely';
import { type AppError, assert, invalid } from '../platform/index.ts';

/** All that SQLite and PostgreSQL both bind: times and booleans are numbers, JSON is text. */
export type SqlValue = string | number | null | Uint8Array;

/** One statement ready to run. */
export interface CompiledStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** When set, the batch is undone unless the statement touched exactly so many rows. */
  readonly expectRows?: number;
}

/** A row as a driver answers it. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** What a statement did. */
export interface StatementResult {
  /** The rows of RETURNING (or of a SELECT). */
  readonly rows: readonly SqlRow[];
  /** Rows inserted, updated or deleted; for statements that answer rows, their number. */
  readonly affectedRows: number;
}

/** A statement that must touch an exact number of rows, or the whole batch is undone. */
export interface GuardedStatement<Row = unknown> {
  readonly query: Compilable<Row>;
  readonly expectRows: number;
  /** The error to answer instead of the general `RECORD_NOT_AS_EXPECTED`. */
  readonly otherwise?: () => AppError;
}

/** One member of a batch: a query as the query builder made it, guarded or not. */
export type Statement<Row = unknown> = Compilable<Row> | GuardedStatement<Row>;

/** What a statement of a batch did, with the types of its rows. */
export interface WriteResult<Row> {
  /** The rows of RETURNING. */
  readonly rows: readonly Row[];
  /** Rows inserted, updated or deleted. */
  readonly affectedRows: number;
}

/** The results of a batch, at the places of its statements. */
export type WriteResults<Batch extends readonly Statement[]> = {
  readonly [Index in keyof Batch]: Batch[Index] extends Statement<infer Row>
    ? WriteResult<Row>
    : never;
};

/** Compiles a statement for the engine whose query builder made it. */
export function compileStatement(statement: Statement): CompiledStatement {
  const isGuarded = 'expectRows' in statement;
  const { sql, parameters } = (isGuarded ? statement.query : statement).compile();
  return {
    sql,
    parameters: parameters.map((value) => checkValue(value, sql)),
    ...(isGuarded && { expectRows: statement.expectRows }),
  };
}

/** Refuses what only one of the engines could bind. */
export function checkValue(value: unknown, sql: string): SqlValue {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === 'string') {
    if (!value.includes('\u0000')) return value;
    throw invalid('RECORD_TEXT_INVALID', 'text of a record holds a NUL character');
  }
  assert(
    typeof value === 'number' && Number.isFinite(value),
    `cannot bind a ${typeof value} in "${sql}"; want text, a finite number, null or bytes`,
  );
  return value;
}

/** A boolean as it is stored. */
export function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
