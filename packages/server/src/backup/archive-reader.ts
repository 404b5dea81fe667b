/**
 * Reads an archive in one pass and believes nothing in it: the head says which files follow, in
 * which order and how large, and every step that is not as it says ends the reading. What was
 * handed on counts only once `readArchive` has returned, when all checksums have been compared.
 */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { type Readable, Writable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { AppError, errorMessage } from '../platform/index.ts';
import { HEAD_BYTES_MAX, WINDOW_LOG_MAX } from './limits.ts';
import {
  type BackupHead,
  CHECKSUMS_NAME,
  type FileEntry,
  HEAD_NAME,
  notOurs,
  parseChecksums,
  parseHead,
} from './model.ts';

/** Where the contents go. */
export interface ArchiveContents {
  /** Called once, first; throw to read no further. */
  begin(head: BackupHead): Promise<void>;
  /** Called for each file in order; `body` must be read to its end. */
  take(file: FileEntry, body: AsyncIterable<Uint8Array>): Promise<void>;
}

/** Reads all of an archive; throws `BACKUP_DAMAGED` or `BACKUP_NEWER`, or what `contents` throws. */
export async function readArchive(
  source: Readable,
  contents: ArchiveContents,
): Promise<BackupHead> {
  const decoder = createTarDecoder({ strict: true });
  const params = { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX };
  const feeding = pipeline(
    source,
    createZstdDecompress({ params }),
    Writable.fromWeb(decoder.writable),
  );
  // Whichever ends first with an error is the one that is told; the other follows from it.
  feeding.catch(() => {});
  try {
    const head = await readEntries(decoder.readable, contents);
    await feeding;
    return head;
  } catch (error) {
    source.destroy();
    await feeding.catch(() => {});
    throw error instanceof AppError || isSystemError(error)
      ? error
      : notOurs(errorMessage(error), error);
  }
}

/** What the disk refuses, and not the archive. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function readEntries(
  entries: ReadableStream<ParsedTarEntry>,
  contents: ArchiveContents,
): Promise<BackupHead> {
  const reader = entries.getReader();
  const next = async (what: FileEntry | { readonly name: string }): Promise<ParsedTarEntry> => {
    const { value } = await reader.read();
    if (value === undefined) throw notOurs(`it ends before "${what.name}"`);
    assertEntry(value, what);
    return value;
  };
  try {
    const sums = new Map<string, string>();
    const head = parseHead(await readText(await next({ name: HEAD_NAME }), sums));
    await contents.begin(head);
    for (const file of head.files) {
      const { body } = await next(file);
      const bytes = new HashedBody(body);
      await contents.take(file, bytes);
      sums.set(file.name, bytes.finish(file));
    }
    const text = await readText(await next({ name: CHECKSUMS_NAME }), new Map());
    compare(parseChecksums(text), sums);
    if (!(await reader.read()).done) throw notOurs('it goes on after its end');
    return head;
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
}

function assertEntry(
  { header }: ParsedTarEntry,
  want: FileEntry | { readonly name: string },
): void {
  const { name, type, size } = header;
  if (name !== want.name) {
    throw notOurs(`"${want.name}" should follow, and ${JSON.stringify(name.slice(0, 200))} does`);
  }
  if (type !== undefined && type !== 'file') throw notOurs(`"${name}" is a ${type}, no file`);
  const isRight = 'sizeBytes' in want ? size === want.sizeBytes : size <= HEAD_BYTES_MAX;
  if (!isRight) throw notOurs(`"${name}" has ${size} bytes, which is not as it should be`);
}

async function readText(
  { header, body }: ParsedTarEntry,
  sums: Map<string, string>,
): Promise<string> {
  const { name, size } = header;
  const bytes = new HashedBody(body);
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  sums.set(name, bytes.finish({ name, sizeBytes: size }));
  return Buffer.concat(parts).toString('utf8');
}

/** A body that is hashed and counted as it is read. */
class HashedBody implements AsyncIterable<Uint8Array> {
  readonly #body: ReadableStream<Uint8Array>;
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#body = body;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const part of this.#body) {
      this.#hash.update(part);
      this.#sizeBytes += part.length;
      yield part;
    }
  }

  /** The checksum, once all was read. */
  finish({ name, sizeBytes }: FileEntry): string {
    if (this.#sizeBytes !== sizeBytes) {
      throw notOurs(`"${name}" has ${this.#sizeBytes} bytes of ${sizeBytes}`);
    }
    return this.#hash.digest('hex');
  }
}

function compare(want: ReadonlyMap<string, string>, got: ReadonlyMap<string, string>): void {
  for (const [name, sum] of got) {
    if (want.get(name) !== sum) throw notOurs(`the checksum of "${name}" does not match`);
  }
  if (want.size !== got.size) throw notOurs(`${CHECKSUMS_NAME} has files that are not there`);
}
