/** What a restore makes of archives that nobody's backup wrote, and of folders in its way. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { packTar, type TarEntry, type TarHeader } from 'modern-tar';
import { restoreArchive } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'nines-restore-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;

const HEAD = {
  format: 1,
  version: '0.1.0',
  createdAt: 1_700_000_000_000,
  records: 'sqlite',
  rowsByTable: { users: 1 },
  seriesCount: 0,
  notIncluded: [],
};

interface Made {
  readonly head?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Changes of the headers in the tar itself, by the name in the head. */
  readonly headers?: Readonly<Record<string, Partial<TarHeader>>>;
  readonly before?: readonly TarEntry[];
  readonly sums?: Readonly<Record<string, string>>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An archive as ours are, but for what is asked for. */
async function make({ head = {}, files = {}, headers = {}, before = [], sums = {} }: Made) {
  const names = Object.keys(files);
  const listed = names.map((name) => ({ name, sizeBytes: Buffer.byteLength(files[name]) }));
  const headText = JSON.stringify({ ...HEAD, files: listed, ...head });
  const all: Record<string, string> = { 'nines-backup.json': headText, ...files };
  const right = Object.fromEntries(Object.entries(all).map(([name, text]) => [name, sha256(text)]));
  all['checksums.json'] = JSON.stringify({ sha256: { ...right, ...sums } });
  const entries = Object.entries(all).map(([name, body]): TarEntry => {
    const header = { name, size: Buffer.byteLength(body), ...headers[name] };
    return header.type === undefined || header.type === 'file' ? { header, body } : { header };
  });
  return zstdCompressSync(await packTar([...before, ...entries]));
}

async function restore(made: Made | Uint8Array, target = join(root, `to-${count++}`)) {
  const bytes = made instanceof Uint8Array ? made : await make(made);
  try {
    return await restoreArchive(Readable.from([bytes]), target);
  } catch (error) {
    assert.ok(!existsSync(join(target, 'nines.db')));
    throw error;
  }
}

describe('a restore', () => {
  it('takes what is as it should be', async () => {
    const { dataDir, head } = await restore({
      files: { 'config/a b/rules.yml': 'x', 'records/nines.db': 'y', 'series/wal/00000001': 'z' },
    });
    assert.equal(head.version, '0.1.0');
    const read = (name: string): string => readFileSync(join(dataDir, name), 'utf8');
    assert.equal(read('restored-config/a b/rules.yml'), 'x');
    assert.equal(read('nines.db') + read('series/wal/00000001'), 'yz');
  });

  it('refuses hostile and broken archives, says why, and leaves nothing', async () => {
    const check = async (what: string, made: Made | Uint8Array, why: RegExp): Promise<void> => {
      const target = join(root, 'refused');
      await assert.rejects(
        restore(made, target),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'BACKUP_DAMAGED', `${what}: ${error.stack}`);
          assert.match(error.message, why, what);
          return true;
        },
        what,
      );
      assert.ok(!existsSync(target) && !existsSync(`${target}.partial`), what);
    };
    for (const name of [
      '../out',
      '/etc/passwd',
      'config/../../out',
      'config/./x',
      'config//x',
      'config/',
      'config/a\\..\\b',
      'config/c:x',
      'config/a\u0000b',
      `config/${'x'.repeat(600)}`,
      'series/wal/../../x',
      'series/lock.db',
      'lock.db',
      'records/nines.db-wal',
      '',
    ]) {
      await check(name, { files: { [name]: 'x' } }, /it names a file/);
    }
    const ok = { 'series/checkpoint': 'text' };
    const twice = [1, 2].map(() => ({ name: 'series/checkpoint', sizeBytes: 4 }));
    await check('twice', { files: ok, head: { files: twice } }, /twice/);
    const many = Array.from({ length: 100_001 }, () => ({
      name: 'series/checkpoint',
      sizeBytes: 0,
    }));
    await check('too many', { head: { files: many } }, /not what Nines writes/);
    const renamed = { 'series/checkpoint': { name: '../../x' } };
    await check('another name', { files: ok, headers: renamed }, /should follow/);
    for (const type of ['symlink', 'link', 'directory', 'fifo', 'character-device'] as const) {
      const headers = { 'series/checkpoint': { type, linkname: '/etc/passwd', size: 0 } };
      await check(type, { files: ok, headers }, /should follow|no file/);
    }
    const larger = [{ name: 'series/checkpoint', sizeBytes: 5 }];
    await check('smaller', { files: ok, head: { files: larger } }, /has 4 bytes/);
    await check('missing', { head: { files: larger } }, /should follow/);
    await check('one more', { files: ok, head: { files: [] } }, /should follow/);
    const sums = { 'series/checkpoint': sha256('other') };
    await check('checksum', { files: ok, sums }, /checksum/);
    await check('sum of nothing', { files: ok, sums: { x: 'y' } }, /not there/);
    const extra = [{ header: { name: 'x', size: 1 }, body: 'x' }];
    await check('something before', { before: extra }, /should follow/);
    await check('no head', { head: { format: 'x' } }, /not what Nines writes/);
    await check('escape codes', { head: { version: '\u001b[2J' } }, /not what Nines writes/);
    await check(
      'negative',
      { head: { files: [{ name: 'series/checkpoint', sizeBytes: -1 }] } },
      /./,
    );
    await check('empty', Buffer.alloc(0), /./);
    await check('text', Buffer.from('nines: 1\n'.repeat(100)), /./);
    await check('a tar of nothing', zstdCompressSync(await packTar([])), /ends before/);
    await check('no tar', zstdCompressSync(Buffer.alloc(4096, 65)), /./);
    const bomb = [
      { header: { name: 'nines-backup.json', size: 2 ** 25 }, body: Buffer.alloc(2 ** 25, 32) },
    ];
    await check('a large head', zstdCompressSync(await packTar(bomb)), /33554432 bytes/);
  });

  it('refuses an archive of a later format, and names the version to use', async () => {
    const made = { head: { format: 2, version: '9.1.0' } };
    await assert.rejects(restore(made), { code: 'BACKUP_NEWER', message: /Nines 9\.1\.0/ });
  });

  it('refuses one that the disk cannot hold before it writes', async () => {
    const files = [{ name: 'series/checkpoint', sizeBytes: 2 ** 52 }];
    await assert.rejects(restore({ head: { files } }), { code: 'RESTORE_NO_ROOM' });
  });

  it('touches no folder that has something in it', async () => {
    const target = join(root, 'used');
    mkdirSync(target);
    writeFileSync(join(target, 'notes'), 'mine');
    await assert.rejects(restore({}, target), { code: 'RESTORE_TARGET_IN_USE' });
    rmSync(join(target, 'notes'));
    mkdirSync(`${target}.partial`);
    await assert.rejects(restore({}, target), { code: 'RESTORE_TARGET_IN_USE' });
    writeFileSync(join(`${target}.partial`, 'restore-under-way'), '');
    writeFileSync(join(`${target}.partial`, 'left'), '');
    const { dataDir } = await restore({}, target);
    assert.ok(!existsSync(join(dataDir, 'left')) && !existsSync(`${target}.partial`));
  });

  it('says why the disk refuses', {
    skip: process.getuid?.() === 0 ? 'root may write anywhere' : false,
  }, async () => {
    const closed = join(root, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    await assert.rejects(restore({}, join(closed, 'data')), { code: 'RESTORE_FAILED' });
  });

  it('says why the disk refuses a path through a file', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await assert.rejects(restore({}, join(file, 'data')), { code: 'RESTORE_FAILED' });
  });
});
