/**
 * From an archive to a data folder, while nothing runs on it.
 *
 * All is written to a folder beside the one that is wanted, made durable, and renamed once every
 * checksum was found right; so the data folder is there whole or not at all. What a restore that
 * was cut off has left is known by its mark and begun anew.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { conflict, errorMessage, systemErrorCode, unavailable } from '../platform/index.ts';
import { readArchive } from './archive-reader.ts';
import { FREE_BYTES_MIN } from './limits.ts';
import { type BackupHead, CONFIG_PREFIX, type FileEntry, RECORDS_NAME } from './model.ts';

/** What was restored. */
export interface Restored {
  readonly head: BackupHead;
  /** The folder that `nines serve --data` takes now. */
  readonly dataDir: string;
  /** Where the copy of the configuration lies; undefined: the archive had none. */
  readonly configDir: string | undefined;
}

/** The folder of the data folder that the configuration's copy goes to; Nines never reads it. */
const CONFIG_DIR = 'restored-config';
/** Tells a folder that a restore left from one that is somebody's. */
const MARK = 'restore-under-way';

/** Restores into a folder that does not exist yet, or is empty. */
export async function restoreArchive(source: Readable, dataDir: string): Promise<Restored> {
  const target = resolve(dataDir);
  const partial = `${target}.partial`;
  try {
    assertRoom(target, partial);
    makePartial(partial);
  } catch (error) {
    source.destroy();
    throw explain(error, target);
  }
  try {
    const folders = new Set<string>([partial]);
    const head = await readArchive(source, {
      begin: async ({ files }) => assertFits(files, partial),
      take: async (file, body) => writeDurably(join(partial, placeOf(file)), body, folders),
    });
    await finish(partial, target, folders);
    const hasConfig = head.files.some(({ name }) => name.startsWith(CONFIG_PREFIX));
    return { head, dataDir: target, configDir: hasConfig ? join(target, CONFIG_DIR) : undefined };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw explain(error, target);
  }
}

/** Refuses a folder that has anything in it, and a leftover that is not a restore's. */
function assertRoom(target: string, partial: string): void {
  if (existsSync(target) && readdirSync(target).length > 0) {
    const message = `${target} is not empty; name a new folder with --data, or move it away first`;
    throw conflict('RESTORE_TARGET_IN_USE', message);
  }
  if (existsSync(partial) && !existsSync(join(partial, MARK))) {
    const message = `${partial} is in the way, and no restore has made it; move it away first`;
    throw conflict('RESTORE_TARGET_IN_USE', message);
  }
}

function makePartial(partial: string): void {
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o750 });
  writeFileSync(join(partial, MARK), 'A restore of Nines is writing here; it may be removed.\n');
}

function assertFits(files: readonly FileEntry[], dir: string): void {
  const needBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { bavail, bsize } = statfsSync(dir);
  const freeBytes = bavail * bsize;
  if (needBytes + FREE_BYTES_MIN <= freeBytes) return;
  const message = `the backup needs ${needBytes} bytes, and ${FREE_BYTES_MIN} besides; the disk has ${freeBytes}: make room`;
  throw unavailable('RESTORE_NO_ROOM', message);
}

/** The names were checked with the head; only what they mean here is left. */
function placeOf({ name }: FileEntry): string {
  if (name === RECORDS_NAME) return 'nines.db';
  if (name.startsWith(CONFIG_PREFIX)) {
    return join(CONFIG_DIR, name.slice(CONFIG_PREFIX.length));
  }
  return name;
}

async function writeDurably(
  path: string,
  body: AsyncIterable<Uint8Array>,
  folders: Set<string>,
): Promise<void> {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  folders.add(folder);
  await using file = await open(path, 'wx', 0o600);
  await writeAll(file, body);
  await file.sync();
}

async function writeAll(file: FileHandle, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const part of body) {
    for (let at = 0; at < part.length; ) {
      at += (await file.write(part, at)).bytesWritten;
    }
  }
}

async function finish(partial: string, target: string, folders: Set<string>): Promise<void> {
  // A store that never had a sample has no folders, and makes them.
  for (const folder of ['series/wal', 'series/chunks']) {
    mkdirSync(join(partial, folder), { recursive: true, mode: 0o750 });
  }
  for (const folder of folders) await syncFolder(folder);
  if (existsSync(target)) rmdirSync(target);
  renameSync(partial, target);
  await syncFolder(dirname(target));
  rmSync(join(target, MARK));
}

/** Windows cannot open a folder; its renames are durable by themselves. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function explain(error: unknown, target: string): unknown {
  const code = systemErrorCode(error);
  const isSystem = error instanceof Error && 'syscall' in error;
  if (!isSystem) return error;
  const message = `cannot restore to ${target}: ${code ?? errorMessage(error)}; nothing was left there`;
  return unavailable('RESTORE_FAILED', message, { cause: error });
}
