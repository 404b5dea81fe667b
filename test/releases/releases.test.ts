/**
 * What every release left on a disk, read by the code of today: `VERSION.json.zst`, written by
 * tools/write-release-data.ts with the code of that release.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
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

function unpack(archive: string): Release {
  const dataDir = join(createScratchFolder(), 'data');
  const text = zstdDecompressSync(readFileSync(join(FOLDER, archive))).toString('utf8');
  const packed: unknown = JSON.parse(text);
  for (const [name, content] of Object.entries(members(valueAt(packed, 'files')))) {
    mkdirSync(dirname(join(dataDir, name)), { recursive: true });
    writeFileSync(join(dataDir, name), Buffer.from(String(content), 'base64'));
  }
  const expected = valueAt(packed, 'expected');
  const tables = Object.entries(members(valueAt(expected, 'tables')))
    .map(([name, rows]) => [name, items(rows)] as const)
    .sort(([a], [b]) => ORDER.indexOf(b) - ORDER.indexOf(a));
  return { dataDir, expected, tables };
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

const archives = readdirSync(FOLDER).filter((name) => name.endsWith('.json.zst'));

describe('the data of released versions', () => {
  it('are there', () => assert.ok(archives.includes('0.1.0.json.zst')));

  for (const archive of archives) {
    it(`${archive}: every record is as it was, and the schema is today's`, async () => {
      const { dataDir, tables } = unpack(archive);
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
      const { dataDir, expected } = unpack(archive);
      const at = createManualClock(Number(valueAt(expected, 'takenAt')));
      const db = openTsdb({ dir: join(dataDir, 'series'), clock: at, log });
      assert.deepEqual(digestSeries(db), valueAt(expected, 'series'));
      assert.equal(db.stats().replay.damagedSegments, 0);
      await db.close();
    });

    it(`${archive}: a server starts on it, and knows its people and alerts`, async () => {
      const { dataDir, tables } = unpack(archive);
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
      const { tables } = unpack(archive);
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
    const { dataDir } = unpack('0.1.0.json.zst');
    const file = join(dataDir, 'nines.db');
    const later = new DatabaseSync(file);
    later.exec(`INSERT INTO ${CHAIN} VALUES ('9999-later', 1)`);
    later.close();
    await assert.rejects(startServer({ dataDir }), /9999-later.*install that version/);
  });
});

type AnyTables = Record<string, Record<string, unknown>>;

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
    const insert = old.query.withTables<AnyTables>().insertInto(name);
    for (const row of rows) await old.write([insert.values({ ...members(row) })]);
  }
  await old.close();
  const now = await open(migrations);
  const changes: string[] = [];
  for (const [name, rows] of data) {
    const found = now.query.withTables<AnyTables>().selectFrom(name).selectAll();
    changes.push(...findChanges(name, rows, await found.execute()));
  }
  await now.close();
  return changes;
}
