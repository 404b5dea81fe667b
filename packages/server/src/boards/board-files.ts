/**
 * The folder of boards on disk. A file appears whole or not at all, and only over the version that
 * its writer has seen: whoever edits the same file by hand or by git loses nothing.
 */
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
import {
  AppError,
  conflict,
  errorMessage,
  systemErrorCode,
  unavailable,
} from '../platform/index.ts';
import { hashText } from './read-board.ts';

export interface BoardFiles {
  /** Why nothing can be written into a folder; undefined: it can. */
  findReadOnlyReason(folder: string): string | undefined;
  /** Writes a new file; throws `BOARD_EXISTS` where there is one. */
  create(file: string, text: string): void;
  /** Replaces a version; throws `BOARD_CHANGED` where another one is there. */
  replace(file: string, change: { readonly hash: string; readonly text: string }): void;
}

/** Works on the disk of this machine. */
export function createBoardFiles(): BoardFiles {
  return {
    findReadOnlyReason,
    create(file, text) {
      writeWhole(file, text, (whole) => createFrom(whole, file));
    },
    replace(file, { hash, text }) {
      const target = resolveLink(file);
      writeWhole(target, text, (whole) => {
        // As late as it can be; what is written between this line and the next is lost.
        if (readHash(target) !== hash) throw changed(file);
        renameSync(whole, target);
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

function createFrom(whole: string, file: string): void {
  try {
    // Unlike a rename it fails where something is there already.
    linkSync(whole, file);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    const message = `there is a file ${file} already; reload the configuration and add the panel to that board, or choose another name`;
    throw conflict('BOARD_EXISTS', message);
  }
}

/** Writes and syncs a file beside the one it is for, and leaves it to `put` to give it its name. */
function writeWhole(file: string, text: string, put: (whole: string) => void): void {
  const whole = join(dirname(file), `.${basename(file)}.${process.pid}.new`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeSynced(whole, text, modeOf(file));
    try {
      put(whole);
    } finally {
      rmSync(whole, { force: true });
    }
  } catch (error) {
    throw error instanceof AppError ? error : unwritable(file, error);
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

function changed(file: string): AppError {
  const message = `${file} was changed on disk since it was read; nothing was written: reload the configuration, look at the board, and add the panel again`;
  return conflict('BOARD_CHANGED', message);
}

function unwritable(file: string, cause: unknown): AppError {
  const why = systemErrorCode(cause) ?? errorMessage(cause);
  const message = `cannot write ${file}: ${why}; make its folder writable for Nines, or copy the YAML into the file by hand`;
  return unavailable('BOARD_UNWRITABLE', message, { cause });
}
