/**
 * A disk in memory, for tests.
 *
 * It knows what a real disk would still have after the process was killed (`copy`) and after the
 * power was cut (`copyDurable`): content up to the last sync of each file, names up to the last
 * sync of their folder.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile, OpenMode } from './disk.ts';

interface Content {
  bytes: Uint8Array;
  /** As of the last sync. */
  durable: Uint8Array;
}

export interface MemoryDisk extends Disk {
  /** All that was written. */
  copy(): MemoryDisk;
  /** What was made durable. */
  copyDurable(): MemoryDisk;
  /** The bytes of a file, to look at or to replace. */
  content(path: string): Uint8Array | undefined;
  setContent(path: string, bytes: Uint8Array): void;
  /** Called before each change; throw from it to make the disk refuse. */
  beforeWrite: (path: string, byteCount: number) => void;
}

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  return createFrom(new Map(), new Set());
}

function createFrom(files: Map<string, Content>, dirs: Set<string>): MemoryDisk {
  /** Names as of the last sync of their folder. */
  let durableNames = new Map(files);
  const syncDirNow = (path: string): void => {
    const isElsewhere = (name: string): boolean => dirname(name) !== path;
    const kept = [...durableNames].filter(([name]) => isElsewhere(name));
    const fresh = [...files].filter(([name]) => !isElsewhere(name));
    durableNames = new Map([...kept, ...fresh]);
  };
  const disk: MemoryDisk = {
    beforeWrite: () => {},
    makeDir(path) {
      if (dirs.has(path)) return false;
      dirs.add(path);
      return true;
    },
    list(path) {
      const names = [...files.keys()].filter((name) => dirname(name) === path);
      return names.map((name) => name.slice(path.length + 1)).sort();
    },
    open(path, mode) {
      const content = openContent(files, path, mode);
      return openFile(content, (byteCount) => disk.beforeWrite(path, byteCount));
    },
    remove(path) {
      if (!files.delete(path)) throw systemError('ENOENT', path);
    },
    rename(from, to) {
      const content = files.get(from);
      if (content === undefined) throw systemError('ENOENT', from);
      disk.beforeWrite(to, 0);
      files.delete(from);
      files.set(to, content);
    },
    link(from, to) {
      const content = files.get(from);
      if (content === undefined) throw systemError('ENOENT', from);
      if (files.has(to)) throw systemError('EEXIST', to);
      disk.beforeWrite(to, 0);
      files.set(to, content);
    },
    syncDir: async (path) => syncDirNow(path),
    syncDirNow,
    copy: () =>
      createFrom(
        copyFiles(files, (content) => content.bytes),
        new Set(dirs),
      ),
    copyDurable: () =>
      createFrom(
        copyFiles(durableNames, (content) => content.durable),
        new Set(dirs),
      ),
    content: (path) => files.get(path)?.bytes,
    setContent(path, bytes) {
      files.set(path, { bytes, durable: bytes });
    },
  };
  return disk;
}

function copyFiles(
  files: ReadonlyMap<string, Content>,
  choose: (content: Content) => Uint8Array,
): Map<string, Content> {
  const copies = new Map<string, Content>();
  for (const [path, content] of files) {
    const bytes = choose(content).slice();
    copies.set(path, { bytes, durable: bytes });
  }
  return copies;
}

function openContent(files: Map<string, Content>, path: string, mode: OpenMode): Content {
  const known = files.get(path);
  if (mode === 'create') {
    const content = known ?? { bytes: new Uint8Array(0), durable: new Uint8Array(0) };
    content.bytes = new Uint8Array(0);
    files.set(path, content);
    return content;
  }
  if (known === undefined) throw systemError('ENOENT', path);
  return known;
}

function openFile(content: Content, beforeWrite: (byteCount: number) => void): DiskFile {
  const sync = (): void => {
    beforeWrite(0);
    content.durable = content.bytes.slice();
  };
  return {
    write(bytes, at) {
      beforeWrite(bytes.length);
      // A copy on every write would make a store's log quadratic; room is kept instead.
      content.bytes = withRoom(content.bytes, at + bytes.length);
      content.bytes.set(bytes, at);
    },
    read(into, at) {
      const part = content.bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    truncate(toBytes) {
      // A copy: what was durable must not change when the file grows again.
      content.bytes = content.bytes.slice(0, toBytes);
    },
    sync: async () => sync(),
    syncNow: sync,
    sizeBytes: () => content.bytes.length,
    close: () => {},
  };
}

/** The same content with a length; grows into spare room of its buffer where there is some. */
function withRoom(bytes: Uint8Array, length: number): Uint8Array {
  if (length <= bytes.length) return bytes;
  if (bytes.byteOffset + length <= bytes.buffer.byteLength) {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, length);
  }
  const grown = new Uint8Array(new ArrayBuffer(Math.max(256, length * 2)), 0, length);
  grown.set(bytes);
  return grown;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
