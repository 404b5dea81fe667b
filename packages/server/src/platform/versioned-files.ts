/**
 * Files that people and the page both write. A file appears whole or not at all, and only over the
 * version that its writer has seen: whoever edits the same file by hand or by git loses nothing.
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError, errorMessage, systemErrorCode } from './errors.ts';

/** What is said of a file that was not written; each kind of file has codes and advice of its own. */
export interface FileRefusals {
  /** There is a file of that name already. */
  exists(file: string): AppError;
  /** Another version is there than the writer has seen. */
  changed(file: string): AppError;
  unwritable(file: string, why: string, cause: unknown): AppError;
}

export interface VersionedFiles {
  /** Why nothing can be written into a folder; undefined: it can. */
  findReadOnlyReason(folder: string): string | undefined;
  /** Writes a new file, where there is none. */
  create(file: string, text: string): void;
  /** Replaces a version, where no other one is there. */
  replace(file: string, change: { readonly hash: string; readonly text: string }): void;
  /** Removes a version, where no other one is there. */
  remove(file: string, hash: string): void;
}

/** Names a version of a text. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Works on the disk of this machine; what it does not do it says in the words of its user. */
export function createVersionedFiles(refusals: FileRefusals): VersionedFiles {
  const guard = (file: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw refusals.unwritable(file, systemErrorCode(error) ?? errorMessage(error), error);
    }
  };
  return {
    findReadOnlyReason,
    create(file, text) {
      guard(file, () =>
        writeWhole(file, text, (whole) => {
          if (!createFrom(whole, file)) throw refusals.exists(file);
        }),
      );
    },
    replace(file, { hash, text }) {
      const target = resolveLink(file);
      guard(target, () =>
        writeWhole(target, text, (whole) => {
          // As late as it can be; what is written between this line and the next is lost.
          if (readHash(target) !== hash) throw refusals.changed(file);
          renameSync(whole, target);
        }),
      );
    },
    remove(file, hash) {
      guard(file, () => {
        if (readHash(file) !== hash) throw refusals.changed(file);
        rmSync(file);
      });
    },
  };
}

/** A folder that is not there yet is made with the first board, where its own folder allows it. */
function findReadOnlyReason(folder: string): string | undefined {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK);
    return undefined;
  } catch (error) {
    const why = systemErrorCode(error) ?? errorMessage(error);
    return `${nearest} cannot be written by Nines: ${why}`;
  }
}

/** False: something is there already. */
function createFrom(whole: string, file: string): boolean {
  try {
    // Unlike a rename it fails where something is there already.
    linkSync(whole, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Writes and syncs a file beside the one it is for, and leaves it to `put` to give it its name. */
function writeWhole(file: string, text: string, put: (whole: string) => void): void {
  const whole = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  mkdirSync(dirname(file), { recursive: true });
  writeSynced(whole, text, modeOf(file));
  try {
    put(whole);
  } finally {
    rmSync(whole, { force: true });
  }
}

function writeSynced(file: string, text: string, mode: number): void {
  const handle = openSync(file, 'w', mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The same people may read the file afterwards; a new one is as the process makes files. */
function modeOf(file: string): number {
  return existsSync(file) ? statSync(file).mode & 0o777 : 0o666;
}

/** A link stays one: what it points to is replaced. */
function resolveLink(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

function readHash(file: string): string | undefined {
  return existsSync(file) ? hashText(readFileSync(file, 'utf8')) : undefined;
}
