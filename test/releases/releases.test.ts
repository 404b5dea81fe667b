/**
 * What every release left on a disk, read by the code of today: `VERSION.tar.zst`, written by
 * tools/write-release-data.ts with the code of that release.
 */
import assert from 'node:assert/strict';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { describe, it } from 'node:test';
import { createZstdDecompress } from 'node:zlib';
import { sql } from 'kysely';
import { unpackTar } from 'modern-tar/fs';
import { openDatabase } from '../../packages/server/src/database/index.ts';
import { migrations } from '../../packages/server/src/database/migrations/list.ts';
import {
  findPostgresPrograms,
  startPostgres,
} from '../../packages/server/src/database/postgres-server.ts';
import {
  createManualClock,
  createSilentLog,
  createSystemClock,
} from '../../packages/server/src/platform/index.ts';
import { openTsdb } from '../../packages/server/src/tsdb/index.ts';
import { items, members, valueAt } from '../harness/json.ts';
import { createScratchFolder, startServer } from '../harness/server.ts';
import { digestSeries } from './digest.ts';

const FOLDER = import.meta.dirname;
const writerEntry = new URL('../../packages/server/src/app/database-worker.ts', import.meta.url);
const [clock, log] = [createSystemClock(), createSilentLog()];

/** Notes of the chain itself: they only grow. */
const CHAIN = 'schema_migrations';

interface Release {
  readonly dataDir: string;
  readonly expected: unknown;
  /** Names of tables with their rows, those that others refer to first. */
  readonly tables: readonly (readonly [string, readonly unknown[]])[];
}

async function unpack(archive: string): Promise<Release> {
  const folder = createScratchFolder();
  const source = createReadStream(join(FOLDER, archive));
  await pipeline(source, createZstdDecompress(), unpackTar(folder));
  const expected: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  const tables = Object.entries(members(valueAt(expected, 'tables')))
    .map(([name, rows]) => [name, items(rows)] as const)
    .sort(([a], [b]) => ORDER.indexOf(b) - ORDER.indexOf(a));
  return { dataDir: join(folder, 'data'), expected, tables };
}

/** What others refer to, the last first. */
const ORDER = ['alerts', 'users'];

/** Rows that are not as they were; columns may have been added. */
function findChanges(name: string, before: readonly unknown[], now: readonly unknown[]): string[] {
  const left = now.map((row) => members(row));
  return before.flatMap((row) => {
    const columns = Object.entries(members(row));
    const isSame = left.some((one) => columns.every(([key, value]) => one[key] === value));
    return isSame ? [] : [`${name}: ${JSON.stringify(row)}`];
  });
}

const archives = readdirSync(FOLDER).filter((name) => name.endsWith('.tar.zst'));

describe('the data of released versions', () => {
  it('are there', () => assert.ok(archives.includes('0.1.0.tar.zst')));

  for (const archive of archives) {
    it(`${archive}: every record is as it was, and the schema is today's`, async () => {
      const { dataDir, tables } = await unpack(archive);
      const file = join(dataDir, 'nines.db');
      const database = await openDatabase({ at: { file }, writerEntry, clock, log });
      await database.close();
      const now = new DatabaseSync(file);
      const changes = tables.flatMap(([name, rows]) =>
        findChanges(name, rows, now.prepare(`SELECT * FROM "${name}"`).all()),
      );
      assert.deepEqual(changes, []);
      assert.deepEqual(now.prepare('PRAGMA foreign_key_check').all(), []);
      const applied = now.prepare(`SELECT name FROM ${CHAIN} ORDER BY name`).all();
      assert.deepEqual(
        applied.map(({ name }) => name),
        migrations.map(({ name }) => name),
      );
      now.close();
    });

    it(`${archive}: every sample is as it was`, async () => {
      const { dataDir, expected } = await unpack(archive);
      const at = createManualClock(Number(valueAt(expected, 'takenAt')));
      const db = openTsdb({ dir: join(dataDir, 'series'), clock: at, log });
      assert.deepEqual(digestSeries(db), valueAt(expected, 'series'));
      assert.equal(db.stats().replay.damagedSegments, 0);
      await db.close();
    });

    it(`${archive}: a server starts on it, and knows its people and alerts`, async () => {
      const { dataDir, tables } = await unpack(archive);
      const rowsOf = new Map(tables);
      const server = await startServer({ dataDir });
      try {
        const { users } = await server.client('listUsers', {});
        const { alerts } = await server.client('listAlerts', { query: { limit: 500 } });
        const found = new Set<unknown>([...users, ...alerts].map(({ id }) => id));
        // What never fired is not listed, and is forgotten with its rule.
        const want = [...(rowsOf.get('users') ?? []), ...(rowsOf.get('alerts') ?? [])]
          .filter((row) => valueAt(row, 'fired_at') !== null)
          .map((row) => valueAt(row, 'id'));
        assert.ok(want.length > 5);
        assert.deepEqual(
          want.filter((id) => !found.has(id)),
          [],
        );
      } finally {
        assert.equal(await server.stop(), 0);
      }
    });

    const skip = findPostgresPrograms() === undefined ? 'no PostgreSQL' : false;
    it(`${archive}: every record is as it was, on PostgreSQL`, { skip }, async () => {
      const { tables } = await unpack(archive);
      const postgres = await startPostgres();
      try {
        const changes = await migrateOnPostgres(postgres.url, tables);
        assert.deepEqual(changes, []);
      } finally {
        await postgres.stop();
      }
    });
  }

  it('of a later version are refused, and the message says what to do', async () => {
    const { dataDir } = await unpack('0.1.0.tar.zst');
    const file = join(dataDir, 'nines.db');
    const later = new DatabaseSync(file);
    later.exec(`INSERT INTO ${CHAIN} VALUES ('9999-later', 1)`);
    later.close();
    await assert.rejects(startServer({ dataDir }), /9999-later.*install that version/);
  });
});

/** Brings the rows to the schema of their time, and that to today's; answers what changed. */
async function migrateOnPostgres(
  url: string,
  tables: Release['tables'],
): Promise<readonly string[]> {
  const chain = new Set(
    (new Map(tables).get(CHAIN) ?? []).map((row) => String(valueAt(row, 'name'))),
  );
  const then = migrations.filter(({ name }) => chain.has(name));
  assert.ok(then.length > 0);
  const open = async (list: typeof migrations) =>
    openDatabase({ at: { url }, writerEntry, clock, log, migrations: list });
  const data = tables.filter(([name]) => name !== CHAIN);
  const old = await open(then);
  for (const [name, rows] of data) {
    for (const row of rows) {
      const columns = Object.entries(members(row));
      const names = sql.join(columns.map(([key]) => sql.ref(key)));
      const values = sql.join(columns.map(([, value]) => sql`${value}`));
      const insert = sql`insert into ${sql.table(name)} (${names}) values (${values})`;
      await old.write([{ compile: () => insert.compile(old.query) }]);
    }
  }
  await old.close();
  const now = await open(migrations);
  const changes: string[] = [];
  for (const [name, rows] of data) {
    const found = await sql`select * from ${sql.table(name)}`.execute(now.query);
    changes.push(...findChanges(name, rows, found.rows));
  }
  await now.close();
  return changes;
}
