/** The few file operations that the log of what is to be sent needs, so that tests can fail them. */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readUpTo, systemErrorCode, writeAll } from '../platform/index.ts';

export interface LogFile {
  write(bytes: Uint8Array, at: number): void;
  /** Answers how many bytes there were. */
  read(into: Uint8Array, at: number): number;
  sizeBytes(): number;
  sync(): Promise<void>;
  close(): void;
}

export interface LogFolder {
  /** Names of its files, sorted. */
  list(): readonly string[];
  create(name: string): LogFile;
  open(name: string): LogFile;
  remove(name: string): void;
  /** A small file as a whole; undefined where there is none. */
  readText(name: string): string | undefined;
  /** Replaces it as a whole, or not at all. */
  writeText(name: string, text: string): void;
}

const sync = promisify(fdatasync);

/** A folder of the machine; made where it does not exist. */
export function openLogFolder(dir: string): LogFolder {
  mkdirSync(dir, { recursive: true });
  return {
    list: () => readdirSync(dir).sort(),
    create: (name) =>
      fileOf(openSync(join(dir, name), constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC)),
    open: (name) => fileOf(openSync(join(dir, name), constants.O_RDONLY)),
    remove: (name) => rmSync(join(dir, name)),
    readText(name) {
      try {
        return readFileSync(join(dir, name), 'utf8');
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    writeText(name, text) {
      const draft = join(dir, `${name}.tmp`);
      writeFileSync(draft, text);
      renameSync(draft, join(dir, name));
    },
  };
}

function fileOf(handle: number): LogFile {
  return {
    write: (bytes, at) => writeAll(handle, bytes, at),
    read: (into, at) => readUpTo(handle, into, at),
    sizeBytes: () => fstatSync(handle).size,
    sync: async () => sync(handle),
    close: () => closeSync(handle),
  };
}
