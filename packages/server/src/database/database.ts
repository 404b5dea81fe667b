/** The record store as the slices see it: a query builder to read and to compile, batches to write. */
import { Kysely } from 'kysely';
import {
  assert,
  type AppError,
  type Clock,
  conflict,
  limitExceeded,
  type Log,
} from '../platform/index.ts';
import { type Engine, type EngineName, type RecordsCopy, UnexpectedRows } from './engine.ts';
import { BATCH_STATEMENTS_MAX, PENDING_WRITES_MAX } from './limits.ts';
import { type Migration, migrate } from './migration.ts';
import { migrations } from './migrations/list.ts';
import { ReadDialect } from './read-dialect.ts';
import type { openSqliteEngine } from './sqlite-engine.ts';
import { compileStatement, type Statement, type WriteResults } from './statement.ts';

/** The builder before a slice has named its tables: `query.withTables<MyTables>()`. */
export type NoTables = Record<never, never>;

export interface Database {
  readonly engine: EngineName;
  /**
   * Builds queries. What it executes itself can only read, and sees every write that was answered
   * before. Name your tables with `withTables<{ users: UserRow }>()` (a type alias around your
   * row interfaces).
   */
  readonly query: Kysely<NoTables>;
  /**
   * Runs the statements in order, all or nothing, and answers once they are on disk.
   *
   * A batch decides by guards, since it cannot look at results on the way: an UPDATE names the
   * state it expects in its WHERE, and `expectRows` undoes the whole batch when there was none.
   * The batches of one process run one after another, in the order of their calls.
   */
  write<const Batch extends readonly Statement[]>(batch: Batch): Promise<WriteResults<Batch>>;
  /**
   * Copies the records to a new file while they are in use: every write that was answered before
   * the call is in it, and each is there whole or not at all. SQLite only; what PostgreSQL holds is
   * backed up by its own tools. Neither reads nor writes wait for it.
   */
  backup(file: string, signal: AbortSignal): Promise<RecordsCopy>;
  /** Finishes the writes under way, and ends. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A file of SQLite, or a PostgreSQL URL (`postgres://…`). */
  readonly at: { readonly file: string } | { readonly url: string };
  /** The entry file of the threads that work on SQLite. */
  readonly writerEntry: URL;
  readonly clock: Clock;
  readonly log: Log;
  /** The chain to bring the database to; another one in tests of the chain itself. */
  readonly migrations?: readonly Migration[];
}

/** Opens the database, checks it, and brings its schema to the newest state. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { clock, log } = options;
  const database = new RecordStore(await openEngine(options));
  try {
    await migrate(database, { migrations: options.migrations ?? migrations, clock, log });
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

async function openEngine({ at, writerEntry, clock, log }: DatabaseOptions): Promise<Engine> {
  // Each engine is loaded when it is used: the other one's driver would only cost memory.
  if ('file' in at) {
    const { openSqliteEngine } = await loadSqliteEngine();
    return openSqliteEngine({ file: at.file, entry: writerEntry, clock, log });
  }
  const { openPostgresEngine } = await import('./postgres-engine.ts');
  return openPostgresEngine({ url: at.url, clock, log });
}

/** What a server loads for records in a file. */
export const loadSqliteEngine = async (): Promise<{
  readonly openSqliteEngine: typeof openSqliteEngine;
}> => import('./sqlite-engine.ts');

class RecordStore implements Database {
  readonly query: Kysely<NoTables>;
  readonly #engine: Engine;
  readonly #pending = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.query = new Kysely<NoTables>({ dialect: new ReadDialect(engine) });
  }

  get engine(): EngineName {
    return this.#engine.name;
  }

  // The overload states what the query builder knows of the rows and the engine cannot know.
  write<const Batch extends readonly Statement[]>(batch: Batch): Promise<WriteResults<Batch>>;
  async write(batch: readonly Statement[]): Promise<readonly unknown[]> {
    assert(!this.#isClosed, 'the database is written to after it was closed');
    assert(
      batch.length <= BATCH_STATEMENTS_MAX,
      `a batch has ${batch.length} statements; at most ${BATCH_STATEMENTS_MAX} may share one`,
    );
    if (this.#pending.size >= PENDING_WRITES_MAX) {
      const message = `${PENDING_WRITES_MAX} writes wait for the database; try again later`;
      throw limitExceeded('DATABASE_BUSY', message);
    }
    const statements = batch.map(compileStatement);
    const written = this.#engine.write(statements);
    this.#pending.add(written);
    try {
      return await written;
    } catch (error) {
      throw error instanceof UnexpectedRows ? createGuardError(batch, error) : error;
    } finally {
      this.#pending.delete(written);
    }
  }

  async backup(file: string, signal: AbortSignal): Promise<RecordsCopy> {
    assert(!this.#isClosed, 'the database is copied after it was closed');
    return this.#engine.copyTo(file, signal);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.allSettled(this.#pending);
    await this.#engine.close();
  }
}

function createGuardError(batch: readonly Statement[], cause: UnexpectedRows): AppError {
  const statement = batch[cause.statementIndex];
  if ('expectRows' in statement && statement.otherwise !== undefined) return statement.otherwise();
  const want = 'expectRows' in statement ? statement.expectRows : 0;
  const message =
    'the record was changed by somebody else meanwhile; load it anew ' +
    `(statement ${cause.statementIndex} touched ${cause.affectedRows} rows; want ${want})`;
  return conflict('RECORD_NOT_AS_EXPECTED', message, { cause });
}
