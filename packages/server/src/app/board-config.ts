/** The folder of boards that a configuration names, and the boards in it. */
import { readdirSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { BOARD_EXTENSIONS, BOARD_FILES_MAX, type Board, readBoard } from '../boards/index.ts';
import { errorMessage, type Fault, systemErrorCode, type YamlValue } from '../platform/index.ts';
import { DEFAULT_FILE, readText } from './named-files.ts';

/** Where boards lie when nothing is said: beside the configuration, or where it would be. */
const DEFAULT_FOLDER = 'boards';

export interface BoardConfig {
  /** Absolute; it need not be there. */
  readonly folder: string;
  readonly boards: readonly Board[];
}

/** Reads every board of the folder; faults are noted. */
export function readBoardConfig(
  value: YamlValue | undefined,
  options: { readonly file: string | undefined; readonly faults: Fault[] },
): BoardConfig {
  const named = value?.fields(['folder']).find('folder');
  const folder = findBoardFolder(options.file, named?.string());
  const names = listFiles(folder, named);
  if (names.length > BOARD_FILES_MAX) {
    const message = `${folder} has ${names.length} boards; at most ${BOARD_FILES_MAX} are read`;
    options.faults.push({ file: folder, line: 1, column: 1, message });
  }
  const boards = new Map<string, Board>();
  for (const name of names.slice(0, BOARD_FILES_MAX)) {
    const board = readFile(join(folder, name), options.faults);
    const other = board === undefined ? undefined : boards.get(board.name);
    if (board === undefined) continue;
    if (other === undefined) boards.set(board.name, board);
    else {
      const message = `board "${board.name}" is there twice, the other in ${other.file}`;
      options.faults.push({ file: board.file, line: 1, column: 1, message });
    }
  }
  return { folder, boards: [...boards.values()] };
}

/** The folder of a configuration that names one, or none. */
export function findBoardFolder(file: string | undefined, named: string | undefined): string {
  return resolve(dirname(file ?? resolve(DEFAULT_FILE)), named ?? DEFAULT_FOLDER);
}

/** The names of the boards' files; the usual folder may be missing, and so may one to be made. */
export function listFiles(folder: string, named: YamlValue | undefined): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => BOARD_EXTENSIONS.some((end) => extname(name) === end))
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    const why = systemErrorCode(error) ?? errorMessage(error);
    if (why !== 'ENOENT') named?.fault(`${named.path}: cannot read the folder ${folder}: ${why}`);
    return [];
  }
}

function readFile(file: string, faults: Fault[]): Board | undefined {
  const text = readText(file);
  if (typeof text !== 'string') {
    faults.push({ file, line: 1, column: 1, message: `cannot read the board: ${text.fault}` });
    return undefined;
  }
  const read = readBoard({ file, text });
  faults.push(...read.faults);
  return read.board;
}
