/**
 * Joins the query builder to an engine's reading side.
 *
 * What the builder executes runs on a connection that cannot write; what it compiles can be handed
 * to `Database.write`. Transactions are refused: one that waits for the program between its
 * statements holds everybody up, and deadlocks as soon as it calls code that reads outside of it.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
} from 'kysely';
import { BugError } from '../platform/index.ts';
import type { Engine } from './engine.ts';
import { checkValue } from './statement.ts';

export class ReadDialect implements Dialect {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  createDriver(): Driver {
    return new ReadDriver(new ReadConnection(this.#engine));
  }

  createQueryCompiler(): QueryCompiler {
    return this.#engine.createQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return this.#engine.name === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter();
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return this.#engine.name === 'sqlite'
      ? new SqliteIntrospector(database)
      : new PostgresIntrospector(database);
  }
}

class ReadDriver implements Driver {
  readonly #connection: ReadConnection;

  constructor(connection: ReadConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new BugError('BUG: transactions are not for reading; hand a batch to Database.write');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  /** The engine is closed by the Database. */
  async destroy(): Promise<void> {}
}

class ReadConnection implements DatabaseConnection {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  // The overload states what the query builder knows of the rows and the engine cannot know.
  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>>;
  async executeQuery({ sql, parameters }: CompiledQuery): Promise<QueryResult<unknown>> {
    const values = parameters.map((value) => checkValue(value, sql));
    const { rows } = await this.#engine.read(sql, values);
    return { rows: [...rows] };
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new BugError('BUG: reads are bounded by LIMIT and not streamed');
  }
}
