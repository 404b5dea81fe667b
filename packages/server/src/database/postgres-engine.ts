/**
 * Records in PostgreSQL: a pool that reads, one connection that writes.
 *
 * Writes go one group at a time, as on SQLite, and mean the same: batches of this process never
 * run side by side, so they cannot deadlock among themselves and keep their order. What waits
 * shares a transaction, each batch in a savepoint of its own, which saves commits as it does there.
 * Other processes on the same database meet at READ COMMITTED: an UPDATE that waited for another
 * one looks at its WHERE again, which is all that guards need.
 */
import pg from 'pg';
import { PostgresQueryCompiler, type QueryCompiler } from 'kysely';
import { assert, type Clock, errorMessage, invalid, type Log } from '../platform/index.ts';
import type { Batch } from './batch-outcome.ts';
import type { Engine } from './engine.ts';
import {
  POSTGRES_ATTEMPTS_MAX,
  POSTGRES_CONNECT_TIMEOUT_MS,
  POSTGRES_READERS_MAX,
  WRITE_TIMEOUT_MS,
} from './limits.ts';
import { createPostgresError, isRetryable, outcomeUnknown } from './postgres-error.ts';
import type { SqlValue, StatementResult } from './statement.ts';
import { type GroupOutcome, WriteQueue } from './write-queue.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens both pools and makes sure that the server is there and keeps what it promises. */
export async function openPostgresEngine(options: PostgresOptions): Promise<Engine> {
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
  if (rows.at(0)?.setting !== 'on') {
    log.warn('PostgreSQL runs with fsync off: a power cut loses records that were answered');
  }
}

class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly #readers: pg.Pool;
  readonly #writer: pg.Pool;
  readonly #queue: WriteQueue;

  constructor({ url, clock, log }: PostgresOptions) {
    this.#readers = createPool({
      url,
      log,
      max: POSTGRES_READERS_MAX,
      setting: 'default_transaction_read_only=on',
    });
    // A server may be set to answer before its disk has; records are not for that.
    const writer = createPool({ url, log, max: 1, setting: 'synchronous_commit=on' });
    this.#writer = writer;
    const execute = async (batches: readonly Batch[]): Promise<readonly GroupOutcome[]> =>
      retry('cannot write records', async () => executeGroup(writer, batches));
    this.#queue = new WriteQueue({ execute, clock });
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  async read(sql: string, parameters: readonly SqlValue[]): Promise<StatementResult> {
    return retry('cannot read records', async () =>
      toResult(await this.#readers.query(sql, [...parameters])),
    );
  }

  async write(statements: Batch): Promise<readonly StatementResult[]> {
    return this.#queue.write(statements);
  }

  /** A dump is PostgreSQL's business: its own tools see the whole server, and know how to restore. */
  async copyTo(): Promise<never> {
    const message =
      'records are in PostgreSQL: back them up with pg_dump, as its documentation says';
    throw invalid('DATABASE_BACKUP_ELSEWHERE', message);
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writer.end()]);
  }
}

/** Statements are data, so they can be sent again; `what` is for the error. */
async function retry<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (count < POSTGRES_ATTEMPTS_MAX && isRetryable(error)) continue;
      throw createPostgresError(error, what);
    }
  }
}

async function executeGroup(
  pool: pg.Pool,
  batches: readonly Batch[],
): Promise<readonly GroupOutcome[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const outcomes: GroupOutcome[] = [];
    for (const batch of batches) outcomes.push(await executeBatch(client, batch));
    await commit(client);
    client.release();
    return outcomes;
  } catch (error) {
    // The server ends the transaction with the connection, whatever state both are in.
    client.release(true);
    throw error;
  }
}

async function executeBatch(client: pg.PoolClient, batch: Batch): Promise<GroupOutcome> {
  await client.query('SAVEPOINT batch');
  const outcome = await executeStatements(client, batch);
  const isStored = outcome.kind === 'stored';
  await client.query(isStored ? 'RELEASE batch' : 'ROLLBACK TO batch; RELEASE batch');
  return outcome;
}

async function executeStatements(client: pg.PoolClient, batch: Batch): Promise<GroupOutcome> {
  const results: StatementResult[] = [];
  try {
    for (const [statementIndex, { sql, parameters, expectRows }] of batch.entries()) {
      const result = toResult(await client.query(sql, [...parameters]));
      const { affectedRows } = result;
      if (expectRows !== undefined && affectedRows !== expectRows) {
        return { kind: 'unexpectedRows', statementIndex, affectedRows };
      }
      results.push(result);
    }
  } catch (error) {
    // What is not this statement's own fault ends the whole group.
    if (!(error instanceof pg.DatabaseError) || isRetryable(error)) throw error;
    return { kind: 'failed', failure: createPostgresError(error, 'cannot write records') };
  }
  return { kind: 'stored', results };
}

async function commit(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (error) {
    // Refused by the server: nothing is kept. No answer: the commit may have come through.
    throw error instanceof pg.DatabaseError && !isRetryable(error) ? error : outcomeUnknown(error);
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
  const onError = (error: unknown): void => {
    log.warn('connection to PostgreSQL ended', { error: errorMessage(error) });
  };
  // A connection that the server ended while it was idle; the pool opens another when it needs one.
  pool.on('error', onError);
  // The same while it is in use: its query rejects, but the event without a listener would end us.
  pool.on('connect', (client) => void client.on('error', onError));
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
