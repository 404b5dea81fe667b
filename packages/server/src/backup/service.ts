/**
 * Takes a backup of a running server: copies records, then series, then configuration to a folder
 * of its own, and streams them from there. One at a time; whatever ends a backup, its folder goes.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { finished, type Readable } from 'node:stream';
import type { Database } from '../database/index.ts';
import {
  type Clock,
  conflict,
  errorMessage,
  type Log,
  timedOut,
  type Timer,
  unavailable,
} from '../platform/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import { createArchive } from './archive-writer.ts';
import { CONFIG_BYTES_MAX, FREE_BYTES_MIN, STALL_TIMEOUT_MS } from './limits.ts';
import {
  backupFileName,
  type BackupHead,
  CONFIG_PREFIX,
  type FileEntry,
  FORMAT,
  isEntryName,
  RECORDS_NAME,
} from './model.ts';

/** The configuration as files, for people to look at; a restore does not put it in force. */
export interface ConfigCopy {
  /** By name below the folder of the configuration. */
  readonly files: ReadonlyMap<string, string>;
  /** What is named in it and kept elsewhere: secrets above all. A sentence each. */
  readonly notIncluded: readonly string[];
}

export interface BackupSources {
  readonly database: Database;
  readonly tsdb: Tsdb;
  readonly readConfig: () => Promise<ConfigCopy>;
  readonly freeBytes: () => number;
}

/** A backup that is ready to be read. */
export interface OpenBackup {
  readonly fileName: string;
  readonly head: BackupHead;
  /** The archive. Destroying it ends the backup. */
  readonly archive: Readable;
}

export interface Backups {
  /** Takes one; throws `BACKUP_RUNNING` while another is being taken or read. */
  open(signal: AbortSignal): Promise<OpenBackup>;
  /** Ends the one that is under way. */
  stop(): Promise<void>;
}

interface BackupOptions {
  /** The data folder; what is needed meanwhile lies in a folder of it. */
  readonly dataDir: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

const TEMP_DIR = 'backup.tmp';
const SERIES_DIR = 'series';

/** Builds the service, and removes what a backup that was cut off by a crash has left. */
export function createBackups(options: BackupOptions, sources: BackupSources): Backups {
  return new BackupService(options, sources);
}

class BackupService implements Backups {
  readonly #options: BackupOptions;
  readonly #sources: BackupSources;
  readonly #dir: string;
  /** Of the one that is under way. */
  #running: { readonly leave: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(options: BackupOptions, sources: BackupSources) {
    this.#options = options;
    this.#sources = sources;
    this.#dir = join(options.dataDir, TEMP_DIR);
    try {
      rmSync(this.#dir, { recursive: true, force: true });
    } catch (error) {
      this.#warn(error);
    }
  }

  async open(signal: AbortSignal): Promise<OpenBackup> {
    if (this.#running !== undefined) {
      throw conflict('BACKUP_RUNNING', 'a backup is being taken already; wait until it is done');
    }
    const leave = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#running = { leave, ended };
    const callOff = (): void => leave.abort();
    signal.addEventListener('abort', callOff, { once: true });
    const end = (): void => {
      signal.removeEventListener('abort', callOff);
      void this.#clean().then(() => {
        this.#running = undefined;
        resolve();
      });
    };
    try {
      if (signal.aborted) leave.abort();
      return await this.#take(leave.signal, end);
    } catch (error) {
      end();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#running?.leave.abort();
    await this.#running?.ended;
  }

  async #take(signal: AbortSignal, end: () => void): Promise<OpenBackup> {
    const { clock, version } = this.#options;
    const createdAt = clock.now();
    this.#assertRoom();
    const copied = await this.#copy(signal);
    const files = listFiles(this.#dir);
    const head: BackupHead = { format: FORMAT, version, createdAt, ...copied, files };
    const stall = new StallWatch(clock, () => {
      const message = `the reader of the backup took nothing for ${STALL_TIMEOUT_MS} ms`;
      archive.destroy(timedOut('BACKUP_STALLED', message));
    });
    const archive = createArchive({ head, dir: this.#dir, onProgress: () => stall.rearm() });
    stall.rearm();
    const callOff = (): void => void archive.destroy();
    signal.addEventListener('abort', callOff, { once: true });
    finished(archive, (error) => {
      stall.cancel();
      signal.removeEventListener('abort', callOff);
      this.#report(head, error);
      end();
    });
    return { fileName: backupFileName(createdAt), head, archive };
  }

  /** Records first: all that they speak of was stored before, and so is in the series. */
  async #copy(
    signal: AbortSignal,
  ): Promise<Pick<BackupHead, 'records' | 'rowsByTable' | 'seriesCount' | 'notIncluded'>> {
    const { database, tsdb, readConfig } = this.#sources;
    const records = database.engine;
    mkdirSync(join(this.#dir, dirname(RECORDS_NAME)), { recursive: true, mode: 0o700 });
    const notIncluded: string[] = [];
    let rowsByTable = {};
    if (records === 'sqlite') {
      const file = join(this.#dir, RECORDS_NAME);
      ({ rowsByTable } = await database.backup(file, signal));
    } else notIncluded.push('the records: they are in PostgreSQL, back them up with pg_dump');
    const { seriesCount } = await tsdb.snapshot({ dir: join(this.#dir, SERIES_DIR), signal });
    const config = await readConfig();
    notIncluded.push(...config.notIncluded, ...this.#writeConfig(config));
    return { records, rowsByTable, seriesCount, notIncluded };
  }

  /** Answers what could not be taken. */
  #writeConfig({ files }: ConfigCopy): readonly string[] {
    const refused: string[] = [];
    let sizeBytes = 0;
    for (const [path, text] of files) {
      const name = CONFIG_PREFIX + path;
      sizeBytes += Buffer.byteLength(text);
      if (!isEntryName(name) || sizeBytes > CONFIG_BYTES_MAX) {
        const why = isEntryName(name) ? 'the configuration is too large' : 'its name is too odd';
        refused.push(`${path}: ${why}`);
        continue;
      }
      mkdirSync(dirname(join(this.#dir, name)), { recursive: true, mode: 0o700 });
      writeFileSync(join(this.#dir, name), text, { mode: 0o600 });
    }
    return refused;
  }

  /** What is copied rather than linked: records, the checkpoint, chunk files that still grow. */
  #assertRoom(): void {
    const { database, tsdb, freeBytes } = this.#sources;
    const { checkpointBytes, growingFileBytes, walBytes } = tsdb.stats();
    const file = join(this.#options.dataDir, 'nines.db');
    const recordBytes = database.engine === 'sqlite' ? sizeOf(file) + sizeOf(`${file}-wal`) : 0;
    const needBytes = recordBytes + checkpointBytes + growingFileBytes + walBytes;
    const free = freeBytes();
    if (needBytes + FREE_BYTES_MIN <= free) return;
    const message = `a backup needs ${needBytes} bytes for a while, and ${FREE_BYTES_MIN} besides; the disk has ${free}: make room`;
    throw unavailable('BACKUP_NO_ROOM', message);
  }

  #report({ files, createdAt }: BackupHead, error: unknown): void {
    const { clock, log } = this.#options;
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const fields = { files: files.length, sizeBytes, durationMs: clock.now() - createdAt };
    if (error === undefined || error === null) log.info('a backup was taken', fields);
    else log.warn('a backup was not read to its end', { ...fields, error: errorMessage(error) });
  }

  async #clean(): Promise<void> {
    try {
      await rm(this.#dir, { recursive: true, force: true });
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const fields = { dir: this.#dir, error: errorMessage(error) };
    this.#options.log.warn('cannot remove what a backup has left', fields);
  }
}

/** Calls back when nothing has happened for long. */
class StallWatch {
  readonly #clock: Clock;
  readonly #onStall: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, onStall: () => void) {
    this.#clock = clock;
    this.#onStall = onStall;
  }

  rearm(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(STALL_TIMEOUT_MS, this.#onStall);
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** Every file below a folder, in order of name: configuration, records, series. */
function listFiles(dir: string): readonly FileEntry[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { name: relative(dir, path).replaceAll('\\', '/'), sizeBytes: statSync(path).size };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
