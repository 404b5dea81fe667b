/**
 * A disk in memory, for tests.
 *
 * It knows what a real disk would still have after the process was killed (`copy`) and after the
 * power was cut (`copyDurable`): content up to the last sync of each file, names up to the last
 * sync of their folder.
 */
import { dirname } from 'node:path';
import type { Random } from '../platform/index.ts';
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
  /** What was made durable, and any part of what was not: tails cut or with sectors of zeros. */
  copyTorn(random: Random): MemoryDisk;
  /** The bytes of a file, to look at or to replace. */
  content(path: string): Uint8Array | undefined;
  setContent(path: string, bytes: Uint8Array): void;
  /** Called before each change; throw from it to make the disk refuse. */
  beforeWrite: (path: string, byteCount: number) => void;
}

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  return createFrom(new Names(new Map(), new Set()));
}

/** Files and folders by name, and which names a power cut would leave. */
class Names {
  readonly files: Map<string, Content>;
  readonly dirs: Set<string>;
  /** Names as of the last sync of their folder. */
  #durable: Map<string, Content>;
  /** Folders that were renamed, or removed (`to` undefined), while their parent was not synced. */
  #moved: MovedDir[] = [];

  constructor(files: Map<string, Content>, dirs: Set<string>) {
    this.files = files;
    this.dirs = dirs;
    this.#durable = new Map(files);
  }

  syncDir(path: string): void {
    for (const { from, to } of this.#moved.filter((move) => move.parent === path)) {
      this.#durable = moveNames(this.#durable, from, to);
    }
    this.#moved = this.#moved.filter((move) => move.parent !== path);
    const isElsewhere = (name: string): boolean => dirname(name) !== path;
    const kept = [...this.#durable].filter(([name]) => isElsewhere(name));
    const fresh = [...this.files].filter(([name]) => !isElsewhere(name));
    this.#durable = new Map([...kept, ...fresh]);
  }

  moveDir(from: string, to: string | undefined): void {
    this.#moved.push({ parent: dirname(from), from, to });
    const names = moveNames(this.files, from, to);
    this.files.clear();
    for (const [name, content] of names) this.files.set(name, content);
    for (const dir of Array.from(this.dirs)) {
      if (dir !== from && !dir.startsWith(`${from}/`)) continue;
      this.dirs.delete(dir);
      if (to !== undefined) this.dirs.add(to + dir.slice(from.length));
    }
  }

  /** What was written. */
  copy(): Names {
    return new Names(
      copyFiles(this.files, (content) => content.bytes),
      new Set(this.dirs),
    );
  }

  /** What a power cut may leave. A journal keeps the order of names, so they are old or new. */
  copyTorn(random: Random): Names {
    if (random.float() < 0.5) {
      const torn = copyFiles(this.files, (content) => tear(content, random));
      return new Names(torn, new Set(this.dirs));
    }
    return this.copyDurable((content) => tear(content, random));
  }

  /** What was made durable. */
  copyDurable(choose = (content: Content): Uint8Array => content.durable): Names {
    const files = copyFiles(this.#durable, choose);
    const isMoved = (dir: string): boolean =>
      this.#moved.some(({ to }) => to !== undefined && `${dir}/`.startsWith(`${to}/`));
    const kept = [...this.dirs].filter((dir) => !isMoved(dir));
    return new Names(files, new Set([...kept, ...[...files.keys()].map(dirname)]));
  }
}

function createFrom(names: Names): MemoryDisk {
  const { files, dirs } = names;
  const disk: MemoryDisk = {
    beforeWrite: () => {},
    makeDir(path) {
      if (dirs.has(path)) return false;
      disk.beforeWrite(path, 0);
      for (let dir = path; dir !== dirname(dir); dir = dirname(dir)) dirs.add(dir);
      return true;
    },
    list(path) {
      const names = [...files.keys()].filter((name) => dirname(name) === path);
      return names.map((name) => name.slice(path.length + 1)).sort();
    },
    listDirs(path) {
      const below = [...dirs].filter((dir) => dirname(dir) === path && dir !== path);
      return below.map((dir) => dir.slice(path.length + 1)).sort();
    },
    open(path, mode) {
      const content = openContent(files, path, mode);
      return openFile(content, (byteCount) => disk.beforeWrite(path, byteCount));
    },
    remove(path) {
      if (!files.delete(path)) throw systemError('ENOENT', path);
    },
    removeDir(path) {
      if (!dirs.has(path)) throw systemError('ENOENT', path);
      disk.beforeWrite(path, 0);
      names.moveDir(path, undefined);
    },
    rename(from, to) {
      if (dirs.has(from)) {
        if (dirs.has(to)) throw systemError('ENOTEMPTY', to);
        disk.beforeWrite(to, 0);
        names.moveDir(from, to);
        return;
      }
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
    syncDir: async (path) => names.syncDir(path),
    syncDirNow: (path) => names.syncDir(path),
    copy: () => createFrom(names.copy()),
    copyDurable: () => createFrom(names.copyDurable()),
    copyTorn: (random) => createFrom(names.copyTorn(random)),
    content: (path) => files.get(path)?.bytes,
    setContent(path, bytes) {
      files.set(path, { bytes, durable: bytes });
    },
  };
  return disk;
}

interface MovedDir {
  readonly parent: string;
  readonly from: string;
  readonly to: string | undefined;
}

/** The names with those in one folder in another, or gone. */
function moveNames(
  names: ReadonlyMap<string, Content>,
  from: string,
  to: string | undefined,
): Map<string, Content> {
  const result = new Map<string, Content>();
  for (const [name, content] of names) {
    if (!name.startsWith(`${from}/`)) result.set(name, content);
    else if (to !== undefined) result.set(to + name.slice(from.length), content);
  }
  return result;
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

const SECTOR_BYTES = 512;
const ZEROED_RATIO = 0.1;

/** A file whose last writes got to the disk in part. */
function tear({ bytes, durable }: Content, random: Random): Uint8Array {
  const isGrown =
    bytes.length >= durable.length &&
    Buffer.compare(bytes.subarray(0, durable.length), durable) === 0;
  if (!isGrown) return random.float() < 0.5 ? durable : bytes;
  const spare = bytes.length - durable.length;
  const torn = bytes.slice(0, durable.length + Math.floor(random.float() * (spare + 1)));
  for (let at = durable.length; at < torn.length; at += SECTOR_BYTES) {
    if (random.float() < ZEROED_RATIO) torn.fill(0, at, at + SECTOR_BYTES);
  }
  return torn;
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
