/**
 * The files of blocks, open as far as they are in use, and read through one bounded cache.
 *
 * There may be more files than a process may hold open, so the one that was not read for longest is
 * closed, and opened again when somebody asks. A file of a block never changes; once it was opened
 * it can be read to the end even where the block is deleted meanwhile, unless it had to be closed.
 */
import { BlockCache } from '../block-cache.ts';
import type { Disk, DiskFile } from '../disk.ts';
import { BlockDamage } from './damage.ts';
import { BLOCK_FILE_BYTES_MAX, BLOCK_FILES_OPEN_MAX } from './limits.ts';

/** Many files, few of them open. */
export class BlockFiles {
  readonly disk: Disk;
  readonly cache: BlockCache;
  /** In order of last use. */
  readonly #open = new Map<number, DiskFile>();
  #nextNumber = 1;

  constructor(disk: Disk, cacheBytes: number) {
    this.disk = disk;
    this.cache = new BlockCache(cacheBytes);
  }

  /** Opens a file. Throws the system's error. */
  open(path: string): BlockFile {
    const handle = this.disk.open(path, 'read');
    const sizeBytes = handle.sizeBytes();
    if (sizeBytes > BLOCK_FILE_BYTES_MAX) {
      handle.close();
      throw new BlockDamage(path, `has ${sizeBytes} bytes; at most ${BLOCK_FILE_BYTES_MAX}`);
    }
    const number = this.#nextNumber++;
    this.#keep(number, handle);
    return new BlockFile(this, path, number, sizeBytes);
  }

  /** The open handle of a file. */
  handle(file: BlockFile): DiskFile {
    const known = this.#open.get(file.number);
    if (known !== undefined) {
      this.#open.delete(file.number);
      this.#open.set(file.number, known);
      return known;
    }
    const handle = this.disk.open(file.path, 'read');
    this.#keep(file.number, handle);
    return handle;
  }

  #keep(number: number, handle: DiskFile): void {
    this.#open.set(number, handle);
    for (const [oldest, idle] of this.#open) {
      if (this.#open.size <= BLOCK_FILES_OPEN_MAX) break;
      idle.close();
      this.#open.delete(oldest);
    }
  }

  close(file: BlockFile): void {
    this.#open.get(file.number)?.close();
    this.#open.delete(file.number);
    this.cache.drop(file.number);
  }

  get openCount(): number {
    return this.#open.size;
  }

  closeAll(): void {
    for (const handle of this.#open.values()) handle.close();
    this.#open.clear();
  }
}

/** One file of a block. */
export class BlockFile {
  readonly path: string;
  readonly number: number;
  readonly sizeBytes: number;
  readonly #files: BlockFiles;
  #window = new Uint8Array(1024);

  constructor(files: BlockFiles, path: string, number: number, sizeBytes: number) {
    this.#files = files;
    this.path = path;
    this.number = number;
    this.sizeBytes = sizeBytes;
  }

  /** Fills `into` from a place on, past the cache. Throws where the file is shorter. */
  read(into: Uint8Array, at: number): void {
    const count = this.#files.handle(this).read(into, at);
    if (count < into.length) {
      throw new BlockDamage(this.path, `ends at ${at + count}, want ${at + into.length} bytes`);
    }
  }

  /**
   * Up to `length` bytes from a place on, fewer at the end of the file, through the cache; valid
   * until the next call.
   */
  peek(at: number, length: number): Uint8Array {
    const count = Math.max(0, Math.min(length, this.sizeBytes - at));
    if (count > this.#window.length) this.#window = new Uint8Array(count * 2);
    const isThere = this.#files.cache.read(this.number, this.#readBlock, at, count, this.#window);
    if (!isThere) throw new BlockDamage(this.path, `cannot be read at ${at}`);
    return this.#window.subarray(0, count);
  }

  readonly #readBlock = (into: Uint8Array, at: number): number =>
    this.#files.handle(this).read(into, at);

  close(): void {
    this.#files.close(this);
  }
}
