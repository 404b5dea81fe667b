/**
 * Records in PostgreSQL: one pool that reads, one that writes.
 *
 * Several batches are under way at once, so that the round trips of one hide those of another.
 * Each is one transaction at READ COMMITTED: an UPDATE that waits for another one looks at its
 * WHERE again afterwards, which is all that guards need. PostgreSQL groups the commits itself.
 */
import pg from 'pg';
import { PostgresQueryCompiler, type QueryCompiler } from 'kysely';
import { assert, errorMessage, invalid, type Log } from '../platform/index.ts';
import { type Engine, UnexpectedRows } from './engine.ts';
import {
  POSTGRES_ATTEMPTS_MAX,
  POSTGRES_CONNECT_TIMEOUT_MS,
  POSTGRES_READERS_MAX,
  POSTGRES_WRITERS_MAX,
  WRITE_TIMEOUT_MS,
} from './limits.ts';
import { createPostgresError, isRetryable, outcomeUnknown } from './postgres-error.ts';
import type { CompiledStatement, SqlValue, StatementResult } from './statement.ts';

/** Opens both pools and makes sure that the server is there and keeps what it promises. */
export async function openPostgresEngine(options: {
  readonly url: string;
  readonly log: Log;
}): Promise<Engine> {
  const engine = new PostgresEngine(options);
  try {
    await checkServer(engine, options.log);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function checkServer(engine: Engine, log: Log): Promise<void> {
  const { rows } = await engine.read('select current_setting($1) as setting', ['fsync']);
  if (isRecord(rows[0]) && rows[0].setting !== 'on') {
    log.warn('PostgreSQL runs with fsync off: a power cut loses records that were answered');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly #readers: pg.Pool;
  readonly #writers: pg.Pool;

  constructor({ url, log }: { readonly url: string; readonly log: Log }) {
    this.#readers = createPool({
      url,
      log,
      max: POSTGRES_READERS_MAX,
      setting: 'default_transaction_read_only=on',
    });
    // A server may be set to answer before its disk has; records are not for that.
    this.#writers = createPool({
      url,
      log,
      max: POSTGRES_WRITERS_MAX,
      setting: 'synchronous_commit=on',
    });
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  async read(sql: string, parameters: readonly SqlValue[]): Promise<StatementResult> {
    try {
      return toResult(await this.#readers.query(sql, [...parameters]));
    } catch (error) {
      throw createPostgresError(error, 'cannot read records');
    }
  }

  async write(statements: readonly CompiledStatement[]): Promise<readonly StatementResult[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#writeOnce(statements);
      } catch (error) {
        if (error instanceof UnexpectedRows) throw error;
        if (attempt < POSTGRES_ATTEMPTS_MAX && isRetryable(error)) continue;
        throw createPostgresError(error, 'cannot write records');
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writers.end()]);
  }

  async #writeOnce(statements: readonly CompiledStatement[]): Promise<readonly StatementResult[]> {
    const client = await this.#writers.connect();
    try {
      await client.query('BEGIN');
      const results = await executeStatements(client, statements);
      await commit(client);
      client.release();
      return results;
    } catch (error) {
      await undo(client);
      throw error;
    }
  }
}

async function executeStatements(
  client: pg.PoolClient,
  statements: readonly CompiledStatement[],
): Promise<readonly StatementResult[]> {
  const results: StatementResult[] = [];
  for (const [statementIndex, { sql, parameters, expectRows }] of statements.entries()) {
    const result = toResult(await client.query(sql, [...parameters]));
    if (expectRows !== undefined && result.affectedRows !== expectRows) {
      throw new UnexpectedRows(statementIndex, result.affectedRows);
    }
    results.push(result);
  }
  return results;
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (error) {
    // Refused by the server: nothing is kept. No answer: the commit may have come through.
    throw error instanceof pg.DatabaseError ? error : outcomeUnknown(error);
  }
}

/** Rolls back and gives the connection back, or ends it where even that fails. */
async function undo(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    // The server ends the transaction with the connection; the first error is the one to tell.
    client.release(true);
  }
}

function toResult({ rows, rowCount }: pg.QueryResult): StatementResult {
  return { rows, affectedRows: rowCount ?? 0 };
}

function createPool(options: {
  readonly url: string;
  readonly log: Log;
  readonly max: number;
  /** A server setting that every connection is opened with. */
  readonly setting: string;
}): pg.Pool {
  const { url, log, max, setting } = options;
  const pool = new pg.Pool({
    connectionString: withSetting(url, setting),
    max,
    application_name: 'nines',
    connectionTimeoutMillis: POSTGRES_CONNECT_TIMEOUT_MS,
    // The client gives up later than the server, so that the outcome is known where it can be.
    statement_timeout: WRITE_TIMEOUT_MS,
    query_timeout: WRITE_TIMEOUT_MS + POSTGRES_CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: createTypeParsers(),
  });
  // An idle connection that the server ended; the pool has dropped it and will open another.
  pool.on('error', (error) => {
    log.warn('connection to PostgreSQL ended', { error: errorMessage(error) });
  });
  return pool;
}

/** Adds to what the operator's URL already asks of the server (https://www.postgresql.org/docs/current/libpq-connect.html). */
function withSetting(text: string, setting: string): string {
  const url = parseUrl(text);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', `${options === null ? '' : `${options} `}-c ${setting}`);
  // URLSearchParams writes a space as "+", which the driver would take for a plus.
  return url.href.replaceAll('+', '%20');
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') return url;
  // The text is not repeated: it may hold a password.
  throw invalid(
    'DATABASE_URL_INVALID',
    'cannot read the database URL; want postgres://user@host/name',
  );
}

/** 64-bit integers and sums as numbers, as SQLite answers them. */
function createTypeParsers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, parseInteger);
  types.setTypeParser(pg.types.builtins.NUMERIC, Number);
  return types;
}

function parseInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `PostgreSQL answered ${text}, too large for a number`);
  return value;
}
