/**
 * The chain of migrations: forward only, each one batch, each noted in a table of its own.
 *
 * The same chain is written once for both engines: a migration builds its statements with the query
 * builder, from column types that mean the same on both.
 */
import {
  type Compilable,
  type CreateTableBuilder,
  type Kysely,
  type RawBuilder,
  type SchemaModule,
  sql,
} from 'kysely';
import { assert, type Clock, conflict, invalid, type Log } from '../platform/index.ts';
import type { Database, NoTables } from './database.ts';
import type { EngineName } from './engine.ts';

/** One step of the schema; never edited once released. */
export interface Migration {
  /** Number and name, as the file is called: `0001-identity`. */
  readonly name: string;
  statements(schema: MigrationSchema): readonly Compilable[];
}

/** Column types that sort, compare and hold the same on both engines. */
export interface ColumnTypes {
  /** Text, compared by its bytes. */
  readonly text: RawBuilder<unknown>;
  /** A whole number of 64 bits: counts, flags (0 or 1), times in epoch milliseconds. */
  readonly integer: RawBuilder<unknown>;
  /** A float of 64 bits. */
  readonly real: RawBuilder<unknown>;
}

/** What a migration builds its statements with. */
export interface MigrationSchema {
  readonly types: ColumnTypes;
  /** A new table; STRICT on SQLite, which otherwise stores text in an integer column. */
  readonly createTable: (name: string) => CreateTableBuilder<string>;
  /** Everything else: indexes, columns added. */
  readonly schema: SchemaModule;
  /** For moving rows. */
  readonly query: Kysely<NoTables>;
}

/** The column types of an engine. */
export function createColumnTypes(engine: EngineName): ColumnTypes {
  return engine === 'sqlite'
    ? { text: sql`text`, integer: sql`integer`, real: sql`real` }
    : { text: sql`text collate "C"`, integer: sql`bigint`, real: sql`double precision` };
}

/** The builder for migrations of an engine. */
export function createMigrationSchema(
  engine: EngineName,
  query: Kysely<NoTables>,
): MigrationSchema {
  const { schema } = query;
  return {
    types: createColumnTypes(engine),
    createTable(name) {
      const table = schema.createTable(name);
      return engine === 'sqlite' ? table.modifyEnd(sql`strict`) : table;
    },
    schema,
    query,
  };
}

type MigrationTables = {
  schema_migrations: { name: string; applied_at: number };
};

/** Any number that no other program uses as an advisory lock. */
const MIGRATION_LOCK = 4_736_999_001;

/** Brings the database to the newest schema, or refuses one that a newer version wrote. */
export async function migrate(
  database: Database,
  options: {
    readonly migrations: readonly Migration[];
    readonly clock: Clock;
    readonly log: Log;
  },
): Promise<void> {
  const { migrations, clock, log } = options;
  assertOrdered(migrations);
  const query = database.query.withTables<MigrationTables>();
  const schema = createMigrationSchema(database.engine, database.query);
  // Two processes that start together on one PostgreSQL take turns; SQLite has one writer anyway.
  const lock =
    database.engine === 'postgres'
      ? [{ compile: () => sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.compile(query) }]
      : [];
  const table = schema
    .createTable('schema_migrations')
    .ifNotExists()
    .addColumn('name', schema.types.text, (column) => column.primaryKey().notNull())
    .addColumn('applied_at', schema.types.integer, (column) => column.notNull());
  await database.write([...lock, table]);

  const rows = await query.selectFrom('schema_migrations').select('name').orderBy('name').execute();
  const applied = new Set(rows.map(({ name }) => name));
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = rows.find(({ name }) => !known.has(name));
  if (unknown !== undefined) {
    throw invalid(
      'DATABASE_NEWER',
      `cannot use the database: it holds migration "${unknown.name}", which this version does not ` +
        'know, so a newer version wrote it; install that version, or restore an older backup',
    );
  }
  for (const migration of migrations.filter(({ name }) => !applied.has(name))) {
    const { name } = migration;
    // Another process that starts at the same time may be first.
    const meanwhile = conflict('MIGRATED_MEANWHILE', `migration "${name}" was applied meanwhile`);
    const note = {
      query: query
        .insertInto('schema_migrations')
        .values({ name, applied_at: clock.now() })
        .onConflict((on) => on.column('name').doNothing()),
      expectRows: 1,
      otherwise: () => meanwhile,
    };
    try {
      await database.write([...lock, note, ...migration.statements(schema)]);
      log.info('database migrated', { migration: name });
    } catch (error) {
      if (error !== meanwhile) throw error;
    }
  }
}

function assertOrdered(migrations: readonly Migration[]): void {
  for (const [index, { name }] of migrations.entries()) {
    const number = String(index + 1).padStart(4, '0');
    assert(
      name.startsWith(`${number}-`),
      `migration ${index + 1} is called "${name}"; want a name that starts with "${number}-"`,
    );
  }
}
