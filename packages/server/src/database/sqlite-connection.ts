/**
 * One open SQLite file with a bounded cache of prepared statements.
 *
 * Runs in the writer's thread too: imports nothing but node:sqlite, so that the thread stays small.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BUSY_TIMEOUT_MS, JOURNAL_BYTES_MAX, PREPARED_STATEMENTS_MAX } from './limits.ts';
import type { SqlValue, StatementResult } from './statement.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly answersRows: boolean;
}

export class SqliteConnection {
  readonly database: DatabaseSync;
  /** In order of last use, the oldest first. */
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  run(sql: string, parameters: readonly SqlValue[]): StatementResult {
    const { statement, answersRows } = this.#prepare(sql);
    if (answersRows) {
      const rows = statement.all(...parameters);
      return { rows, affectedRows: rows.length };
    }
    return { rows: [], affectedRows: Number(statement.run(...parameters).changes) };
  }

  close(): void {
    this.#prepared.clear();
    this.database.close();
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.database.prepare(sql);
      prepared = { statement, answersRows: statement.columns().length > 0 };
    } else {
      this.#prepared.delete(sql);
    }
    this.#prepared.set(sql, prepared);
    if (this.#prepared.size > PREPARED_STATEMENTS_MAX) {
      const [oldest] = this.#prepared.keys();
      this.#prepared.delete(oldest);
    }
    return prepared;
  }
}

/** Opens the file for writing, as the only writer of this process, and checks it. */
export function openSqliteWriter(file: string): SqliteConnection {
  const database = new DatabaseSync(file, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  // FULL: NORMAL lost answered rows in 12 of 20 power cuts. fullfsync: on macOS fsync(2) stops at
  // the drive's cache; elsewhere these two do nothing.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};
  `);
  return new SqliteConnection(database);
}

/** Opens a second connection that cannot write; in WAL mode it never waits for the writer. */
export function openSqliteReader(file: string): SqliteConnection {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  return new SqliteConnection(database);
}

/** Names the damage of a file, or answers undefined when there is none. */
export function findDamage(connection: SqliteConnection): string | undefined {
  const { rows } = connection.run('PRAGMA quick_check(1)', []);
  const verdict = String(rows.at(0)?.quick_check);
  return verdict === 'ok' ? undefined : verdict.replaceAll(/\s+/g, ' ');
}
