/** Records in one SQLite file: a thread that writes, a second connection here that reads. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { type QueryCompiler, SqliteQueryCompiler } from 'kysely';
import { assert, errorMessage, unavailable } from '../platform/index.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import type { Engine, RecordsCopy } from './engine.ts';
import { copySqlite } from './sqlite-backup.ts';
import { openSqliteReader, type SqliteConnection } from './sqlite-connection.ts';
import { createSqliteError } from './sqlite-error.ts';
import { SqliteThread, type SqliteThreadOptions } from './sqlite-thread.ts';
import { describeFault, type SqliteFault } from './sqlite-writer.ts';
import type { CompiledStatement, SqlValue, StatementResult } from './statement.ts';
import { type GroupOutcome, WriteQueue } from './write-queue.ts';

/** SQLite's result code for a write on a connection that only reads. */
const READONLY = 8;

/** Opens the file, making it and its folder where they are missing. */
export async function openSqliteEngine(options: SqliteThreadOptions): Promise<Engine> {
  createPrivateFile(options.file);
  const thread = new SqliteThread(options);
  await thread.start();
  try {
    return new SqliteEngine({ thread, reader: openSqliteReader(options.file), options });
  } catch (error) {
    await thread.close();
    throw createSqliteError(describeFault(error), `cannot open database "${options.file}"`);
  }
}

/** The file holds hashes of passwords, and SQLite gives its log the permissions of the file. */
function createPrivateFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    const message = `cannot open database "${file}": ${errorMessage(error)}`;
    throw unavailable('DATABASE_UNAVAILABLE', message, { cause: error });
  }
}

class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  readonly #thread: SqliteThread;
  readonly #reader: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #options: SqliteThreadOptions;

  constructor(parts: {
    readonly thread: SqliteThread;
    readonly reader: SqliteConnection;
    readonly options: SqliteThreadOptions;
  }) {
    this.#thread = parts.thread;
    this.#reader = parts.reader;
    this.#options = parts.options;
    this.#queue = new WriteQueue({
      execute: async (batches) => (await parts.thread.execute(batches)).map(toGroupOutcome),
      clock: parts.options.clock,
    });
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  async read(sql: string, parameters: readonly SqlValue[]): Promise<StatementResult> {
    try {
      const { rows, affectedRows } = this.#reader.run(sql, parameters);
      // node:sqlite answers objects without a prototype; the other engine answers plain ones.
      return { rows: rows.map((row) => Object.assign({}, row)), affectedRows };
    } catch (error) {
      const fault = describeFault(error);
      assert(fault.resultCode !== READONLY, `a write was executed as a read: ${sql}`);
      throw createSqliteError(fault, 'cannot read records');
    }
  }

  async write(statements: readonly CompiledStatement[]): Promise<readonly StatementResult[]> {
    return this.#queue.write(statements);
  }

  async copyTo(to: string, signal: AbortSignal): Promise<RecordsCopy> {
    const { file, entry } = this.#options;
    return copySqlite({ from: file, to, entry, signal });
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#thread.close();
  }
}

function toGroupOutcome(outcome: BatchOutcome<SqliteFault>): GroupOutcome {
  if (outcome.kind !== 'failed') return outcome;
  return { kind: 'failed', failure: createSqliteError(outcome.failure, 'cannot write records') };
}
