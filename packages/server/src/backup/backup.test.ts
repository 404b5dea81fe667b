/** The whole way, with real stores: taken while they are written to, read, restored, opened. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { type Database, type Migration, openDatabase } from '../database/index.ts';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  createSystemClock,
} from '../platform/index.ts';
import { createLabels, createMatcher } from '../series/index.ts';
import { openTsdb, type Tsdb } from '../tsdb/index.ts';
import {
  type Backups,
  type BackupSources,
  createBackups,
  readArchive,
  restoreArchive,
} from './index.ts';
import { STALL_TIMEOUT_MS } from './limits.ts';

const root = mkdtempSync(join(tmpdir(), 'nines-backup-'));
after(() => rmSync(root, { recursive: true }));
const never = new AbortController().signal;
const writerEntry = new URL('../app/database-worker.ts', import.meta.url);
const START_MS = Date.UTC(2026, 0, 1, 2, 10);

/** Reads an archive to nowhere. */
const nowhere = {
  begin: async () => {},
  take: async (_file: unknown, body: AsyncIterable<Uint8Array>) => {
    for await (const part of body) assert.ok(part.length > 0);
  },
};
const verify = async (bytes: Uint8Array) => readArchive(Readable.from([bytes]), nowhere);

/** A schema of the test's own: what is in the tables does not matter here. */
const notes: Migration = {
  name: '0001-notes',
  statements: ({ createTable, types }) => [createTable('notes').addColumn('text', types.text)],
};
type Tables = { notes: { text: string } };

function openStores(dir: string): Promise<{ database: Database; tsdb: Tsdb }> {
  mkdirSync(dir, { recursive: true });
  const log = createSilentLog();
  const at = { file: join(dir, 'nines.db') };
  const clock = createManualClock(START_MS);
  const tsdb = openTsdb({ dir: join(dir, 'series'), clock, log });
  const options = { at, writerEntry, clock: createSystemClock(), log, migrations: [notes] };
  return openDatabase(options).then((database) => ({ database, tsdb }));
}

function readSeries(tsdb: Tsdb): readonly unknown[] {
  const matchers = [createMatcher('__name__', '=~', '.+')];
  const range = { matchers, fromMs: 0, toMs: START_MS * 2 };
  return [...tsdb.select(range)].map(({ labels, samples }) => [
    labels,
    [...samples.timesMs.subarray(0, samples.count)],
    [...samples.values.subarray(0, samples.count)],
  ]);
}

describe('a backup', () => {
  let count = 0;
  let dataDir = '';
  let stores: { database: Database; tsdb: Tsdb };
  const clock = createManualClock(START_MS);
  beforeEach(async () => {
    dataDir = join(root, `data-${count++}`);
    stores = await openStores(dataDir);
    for (let i = 0; i < 300; i++) append(i);
    await insertNote('first');
  });
  afterEach(async () => {
    await stores.database.close();
    await stores.tsdb.close();
  });
  const append = (i: number): void => {
    const labels = [0, 1, 2].map((n) => createLabels({ __name__: 'load', n: `${n}` }));
    const timeMs = START_MS + i * 1000;
    stores.tsdb.writeSamples(
      labels.map((one, n) => ({ labels: one, timeMs, value: i * n, isStale: false })),
    );
  };
  const insertNote = async (text: string): Promise<void> => {
    const query = stores.database.query.withTables<Tables>();
    await stores.database.write([query.insertInto('notes').values({ text })]);
  };
  const create = (sources: Partial<BackupSources> = {}): Backups => {
    const readConfig = async () => ({
      files: new Map([
        ['nines.yaml', 'services: []\n'],
        ['rules/über uns.yml', 'groups: []\n'],
        ['../elsewhere.yml', 'groups: []\n'],
      ]),
      notIncluded: ['/etc/nines/key.pem: a secret'],
    });
    const options = { dataDir, version: '0.1.0', clock, log: createSilentLog() };
    return createBackups(options, { ...stores, readConfig, freeBytes: () => Infinity, ...sources });
  };
  const take = async (backups: Backups): Promise<Uint8Array> =>
    buffer((await backups.open(never)).archive);

  it('restores to what was stored when it was taken', async () => {
    const before = readSeries(stores.tsdb);
    const { archive, head, fileName } = await create().open(never);
    append(300);
    await insertNote('second');
    const bytes = await buffer(archive);
    assert.equal(fileName, 'nines-backup-20260101-021000.tar.zst');
    assert.equal(head.seriesCount, 3);
    assert.deepEqual(head.rowsByTable, { notes: 1, schema_migrations: 1 });
    assert.deepEqual(head.notIncluded, [
      '/etc/nines/key.pem: a secret',
      '../elsewhere.yml: its name is too odd',
    ]);
    assert.deepEqual(await verify(bytes), head);
    const target = join(root, `restored-${count}`);
    const restored = await restoreArchive(Readable.from([bytes]), target);
    assert.deepEqual(restored.head, head);
    assert.deepEqual(readdirSync(target).sort(), ['nines.db', 'restored-config', 'series']);
    const configDir = restored.configDir ?? '';
    assert.equal(readFileSync(join(configDir, 'rules/über uns.yml'), 'utf8'), 'groups: []\n');
    assert.ok(!existsSync(`${target}.partial`));
    const again = await openStores(target);
    assert.deepEqual(readSeries(again.tsdb), before);
    const query = again.database.query.withTables<Tables>().selectFrom('notes').selectAll();
    assert.deepEqual(await query.execute(), [{ text: 'first' }]);
    await again.database.close();
    await again.tsdb.close();
  });

  it('is one at a time, and leaves nothing behind', async () => {
    const backups = create();
    const temporary = join(dataDir, 'backup.tmp');
    const first = await backups.open(never);
    assert.ok(existsSync(temporary));
    await assert.rejects(backups.open(never), { code: 'BACKUP_RUNNING' });
    await buffer(first.archive);
    await backups.stop();
    assert.ok(!existsSync(temporary));
    const second = await backups.open(never);
    await backups.stop();
    assert.ok(second.archive.destroyed);
    assert.ok(!existsSync(temporary));
    const leave = new AbortController();
    const third = backups.open(leave.signal);
    leave.abort();
    await assert.rejects(third, { code: 'DATABASE_BACKUP_FAILED' });
    await backups.stop();
    assert.ok(!existsSync(temporary));
    await verify(await take(backups));
  });

  it('removes what a crash has left', () => {
    mkdirSync(join(dataDir, 'backup.tmp', 'series'), { recursive: true });
    writeFileSync(join(dataDir, 'backup.tmp', 'series', 'x'), '');
    create();
    assert.ok(!existsSync(join(dataDir, 'backup.tmp')));
  });

  it('is refused before anything is copied where the disk has no room', async () => {
    const backups = create({ freeBytes: () => 256 * 1024 * 1024 });
    await assert.rejects(backups.open(never), { code: 'BACKUP_NO_ROOM' });
    await backups.stop();
    assert.ok(!existsSync(join(dataDir, 'backup.tmp')));
  });

  it('ends when its reader has gone without a word', async () => {
    const backups = create();
    const { archive } = await backups.open(never);
    const failed = Promise.withResolvers<unknown>();
    archive.once('error', failed.resolve);
    clock.advance(STALL_TIMEOUT_MS);
    assert.match(String(await failed.promise), /took nothing for/);
    await backups.stop();
    await verify(await take(backups));
  });

  it('says that records of PostgreSQL are not in it', async () => {
    const { query } = stores.database;
    const database: Database = {
      engine: 'postgres',
      query,
      write: async (batch) => stores.database.write(batch),
      backup: async () => assert.fail('it was asked for'),
      close: async () => {},
    };
    const { archive, head } = await create({ database }).open(never);
    const bytes = await buffer(archive);
    assert.equal(head.records, 'postgres');
    assert.match(head.notIncluded[0], /pg_dump/);
    const { dataDir: target } = await restoreArchive(
      Readable.from([bytes]),
      join(root, `restored-${count}-pg`),
    );
    assert.ok(!existsSync(join(target, 'nines.db')));
  });

  it('that was damaged is refused, wherever it was, and nothing is left', async () => {
    const bytes = await take(create());
    const content = unpack(bytes);
    assert.ok(content);
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const target = join(root, `damaged-${count}`);
    for (let i = 0; i < 120; i++) {
      const copy = Buffer.from(bytes);
      const at = Math.floor(random.float() * copy.length);
      const isCut = i % 3 === 0;
      copy[at] ^= 1 << Math.floor(random.float() * 8);
      const damaged = isCut ? copy.subarray(0, at) : copy;
      // Between two of its streams the packing has bits that nobody reads.
      if (unpack(damaged)?.equals(content) === true) continue;
      await assert.rejects(
        restoreArchive(Readable.from([damaged]), target),
        { code: 'BACKUP_DAMAGED' },
        `seed ${seed}, ${isCut ? 'cut' : 'flipped'} at ${at} of ${copy.length}`,
      );
      assert.ok(!existsSync(target) && !existsSync(`${target}.partial`), `seed ${seed}, ${at}`);
    }
    await assert.rejects(verify(Buffer.concat([bytes, bytes])), { code: 'BACKUP_DAMAGED' });
  });
});

/** What is packed; undefined where the packing is damaged. */
function unpack(bytes: Uint8Array): Buffer | undefined {
  try {
    return zstdDecompressSync(bytes);
  } catch {
    return undefined;
  }
}
