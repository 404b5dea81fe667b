/** What becomes of one batch of a group; types only, so that the writer's thread stays small. */
import type { CompiledStatement, StatementResult } from './statement.ts';

/** Statements that are stored together or not at all. */
export type Batch = readonly CompiledStatement[];

export type BatchOutcome<Failure> =
  | { readonly kind: 'stored'; readonly results: readonly StatementResult[] }
  | {
      /** A guarded statement touched another number of rows than it should have. */
      readonly kind: 'unexpectedRows';
      readonly statementIndex: number;
      readonly affectedRows: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure };
