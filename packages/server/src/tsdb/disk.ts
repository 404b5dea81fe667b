/**
 * The file operations that the store needs, as an interface, so that tests can make a disk fail.
 *
 * Writes are positioned: a write that failed half-way is overwritten by the next one at the same
 * place, and there is no file pointer to lose. Syncing is asynchronous, because fdatasync may take
 * a second on a busy disk and the event loop must not wait for it.
 */
import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readUpTo, writeAll } from '../platform/index.ts';

/** An open file. */
export interface DiskFile {
  /** Writes all of the bytes at a place, or throws the system's error. */
  write(bytes: Uint8Array, at: number): void;
  /** Reads up to the length of `into`; answers how many bytes there were. */
  read(into: Uint8Array, at: number): number;
  truncate(toBytes: number): void;
  /** Makes what was written durable (fdatasync) without holding up the event loop. */
  sync(): Promise<void>;
  /** The same at once, for the end of the program. */
  syncNow(): void;
  sizeBytes(): number;
  close(): void;
}

/** `read`: must exist. `update`: must exist, read and write. `create`: made anew, or emptied. */
export type OpenMode = 'read' | 'update' | 'create';

export interface Disk {
  /** Makes a folder and its parents; false where it exists already. */
  makeDir(path: string): boolean;
  /** Names of the entries of a folder, sorted. */
  list(path: string): readonly string[];
  /** Names of the folders in a folder, sorted. */
  listDirs(path: string): readonly string[];
  open(path: string, mode: OpenMode): DiskFile;
  remove(path: string): void;
  /** Removes a folder with all that is in it. */
  removeDir(path: string): void;
  /** Of a file, or a folder to a name that is free. */
  rename(from: string, to: string): void;
  /** Gives a file a second name in the same file system. */
  link(from: string, to: string): void;
  /** Makes creations, renames and removals in a folder durable. */
  syncDir(path: string): Promise<void>;
  syncDirNow(path: string): void;
}

const FLAGS: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  update: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
};

const syncFile = promisify(fdatasync);

/** The machine's file system. */
export function createDisk(): Disk {
  return {
    makeDir: (path) => mkdirSync(path, { recursive: true }) !== undefined,
    list: (path) => readdirSync(path).sort(),
    listDirs: (path) =>
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort(),
    open: (path, mode) => openFile(openSync(path, FLAGS[mode], 0o644)),
    remove: (path) => unlinkSync(path),
    removeDir: (path) => rmSync(path, { recursive: true }),
    rename: (from, to) => renameSync(from, to),
    link: (from, to) => linkSync(from, to),
    async syncDir(path) {
      if (!CAN_SYNC_DIRS) return;
      const folder = await open(path, constants.O_RDONLY);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
    syncDirNow(path) {
      if (!CAN_SYNC_DIRS) return;
      const handle = openSync(path, constants.O_RDONLY);
      try {
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    },
  };
}

/** Windows cannot open a folder; its renames are durable by themselves (NTFS logs metadata). */
const CAN_SYNC_DIRS = process.platform !== 'win32';

function openFile(handle: number): DiskFile {
  return {
    write: (bytes, at) => writeAll(handle, bytes, at),
    read: (into, at) => readUpTo(handle, into, at),
    truncate: (toBytes) => ftruncateSync(handle, toBytes),
    sync: async () => syncFile(handle),
    syncNow: () => fdatasyncSync(handle),
    sizeBytes: () => fstatSync(handle).size,
    close: () => closeSync(handle),
  };
}
