/** What an archive says of itself, and which names it may hold. */
import { invalid } from '../platform/index.ts';
import { FILES_MAX, NAME_LENGTH_MAX } from './limits.ts';

/** The version of the archive's format; what is inside has versions of its own. */
export const FORMAT = 1;
/** The first entry and the last one. */
export const HEAD_NAME = 'nines-backup.json';
export const CHECKSUMS_NAME = 'checksums.json';
export const RECORDS_NAME = 'records/nines.db';
export const CONFIG_PREFIX = 'config/';

/** A file of the archive. */
export interface FileEntry {
  readonly name: string;
  readonly sizeBytes: number;
}

/** The first entry: all that can be said before a byte of the files is read. */
export interface BackupHead {
  readonly format: number;
  /** The version of Nines that wrote it. */
  readonly version: string;
  /** When the backup began: all that was stored by then is in it. */
  readonly createdAt: number;
  /** Where the records were; those of PostgreSQL are not in here. */
  readonly records: 'sqlite' | 'postgres';
  readonly rowsByTable: Readonly<Record<string, number>>;
  readonly seriesCount: number;
  /** In the order of the archive. */
  readonly files: readonly FileEntry[];
  /** What a restored server needs besides, a sentence each. */
  readonly notIncluded: readonly string[];
}

/** A name for the archive that sorts by time. */
export function backupFileName(atMs: number): string {
  const stamp = new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return `nines-backup-${stamp}.tar.zst`;
}

/** Rows of all tables, but for what the chain of migrations notes. */
export function countRecords({ rowsByTable }: BackupHead): number {
  return Object.entries(rowsByTable)
    .filter(([table]) => table !== 'schema_migrations')
    .reduce((sum, [, rows]) => sum + rows, 0);
}

const STORED = /^series\/(?:checkpoint|wal\/\d{8,10}|chunks\/\d{6,10})$/;

/** Whether an archive may hold a file of this name: ours, relative, and going nowhere else. */
export function isEntryName(name: string): boolean {
  if (name === RECORDS_NAME || STORED.test(name)) return true;
  if (!name.startsWith(CONFIG_PREFIX) || name.length > NAME_LENGTH_MAX) return false;
  return name.split('/').every(isSegment);
}

function isSegment(segment: string): boolean {
  const isPlain = /^[^\p{C}\\:]{1,200}$/u.test(segment);
  return isPlain && segment !== '.' && segment !== '..';
}

/** It is printed on terminals, which take more than text from a stranger's file. */
function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.+-]{1,60}$/.test(value);
}

/** Reads the first entry; throws where it is none, or one of a later format. */
export function parseHead(text: string): BackupHead {
  const value = parseJson(text);
  const { format, version } = value;
  if (typeof format === 'number' && Number.isInteger(format) && format > FORMAT) {
    const by = isVersion(version) ? `Nines ${version} or later` : 'a later Nines';
    const message = `the backup has format ${format}, which this version does not know; restore it with ${by}`;
    throw invalid('BACKUP_NEWER', message);
  }
  const { createdAt, records, rowsByTable, seriesCount, files, notIncluded } = value;
  if (
    format === FORMAT &&
    isVersion(version) &&
    isCount(createdAt) &&
    (records === 'sqlite' || records === 'postgres') &&
    isCounts(rowsByTable) &&
    isCount(seriesCount) &&
    isList(files) &&
    files.length <= FILES_MAX &&
    files.every(isFileEntry) &&
    isList(notIncluded) &&
    notIncluded.every(isText)
  ) {
    assertNames(files);
    return { format, version, createdAt, records, rowsByTable, seriesCount, files, notIncluded };
  }
  throw notOurs(`${HEAD_NAME} is not what Nines writes`);
}

function assertNames(files: readonly FileEntry[]): void {
  const names = new Set<string>();
  for (const { name } of files) {
    if (!isEntryName(name)) throw notOurs(`it names a file ${JSON.stringify(name.slice(0, 200))}`);
    if (names.has(name)) throw notOurs(`it names the file "${name}" twice`);
    names.add(name);
  }
}

/** The last entry: SHA-256, in hex, of each file and of the head. */
export function parseChecksums(text: string): ReadonlyMap<string, string> {
  const { sha256 } = parseJson(text);
  if (!isRecord(sha256)) throw notOurs(`${CHECKSUMS_NAME} is not what Nines writes`);
  return new Map(Object.entries(sha256).map(([name, sum]) => [name, String(sum)]));
}

/** The error for everything that is no archive of ours, or not any more. */
export function notOurs(why: string, cause?: unknown): ReturnType<typeof invalid> {
  return invalid('BACKUP_DAMAGED', `the backup is damaged or not one of Nines: ${why}`, { cause });
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notOurs('a part that should be JSON is none', error);
  }
  if (!isRecord(value)) throw notOurs('a part that should be a JSON object is none');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  return isRecord(value) && Object.values(value).every(isCount);
}

function isFileEntry(value: unknown): value is FileEntry {
  return isRecord(value) && isText(value.name) && isCount(value.sizeBytes);
}
