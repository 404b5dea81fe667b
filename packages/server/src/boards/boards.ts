/** The boards in force, and how one gets a panel more. */
import { join } from 'node:path';
import type { AddPanelRequest, BoardFileList, PanelDraft } from '@nines/contract';
import { conflict, formatFault, invalid, notFound } from '../platform/index.ts';
import type { BoardFiles } from './board-files.ts';
import { BOARD_FILES_MAX, NAME_CHARS_MAX } from './limits.ts';
import { type Board, NAME } from './model.ts';
import { formatBoard, formatPanel, insertPanel } from './panel-text.ts';
import { readBoard } from './read-board.ts';

export interface Boards {
  /** Puts the boards of a configuration into force. */
  apply(config: { readonly folder: string; readonly boards: readonly Board[] }): void;
  list(): BoardFileList;
  /** Throws `BOARD_NOT_FOUND`. */
  get(name: string): Board;
  /** What all boards ask, with variables as they are written, and what their choices are of. */
  expressions(): readonly string[];
  /** The lines that a file takes; throws `PANEL_INVALID`. */
  format(panel: PanelDraft): { readonly yaml: string };
  /**
   * Writes a panel to the end of a board's file and puts that board into force. Throws
   * `PANEL_INVALID`, `BOARD_CHANGED`, `BOARD_EXISTS` or `BOARD_UNWRITABLE`; then nothing has changed.
   */
  addPanel(name: string, request: AddPanelRequest): Board;
}

/** Builds it without boards. */
export function createBoards(options: {
  readonly files: BoardFiles;
  /** Called when a board was written. */
  readonly onChange: () => void;
}): Boards {
  const { files, onChange } = options;
  let folder = '';
  let boards = new Map<string, Board>();

  const find = (name: string): Board => {
    const board = boards.get(name);
    if (board !== undefined) return board;
    throw notFound(
      'BOARD_NOT_FOUND',
      `no board "${name}" is in force; its file would be in ${folder}`,
    );
  };
  const add = (board: Board, hash: string, panel: PanelDraft): Board => {
    if (board.hash !== hash) {
      const message = `board "${board.name}" has changed since this page read it; look at it and add the panel again`;
      throw conflict('BOARD_CHANGED', message);
    }
    const next = check({ file: board.file, text: insertPanel(board.text, panel) });
    files.replace(board.file, { hash, text: next.text });
    return next;
  };
  const create = (name: string, title: string, panel: PanelDraft): Board => {
    if (boards.has(name)) {
      throw conflict(
        'BOARD_EXISTS',
        `there is a board "${name}" already; choose it, or another name`,
      );
    }
    checkNew(name, boards.size);
    const next = check({ file: join(folder, `${name}.yaml`), text: formatBoard(title, panel) });
    files.create(next.file, next.text);
    return next;
  };
  return {
    apply(config) {
      folder = config.folder;
      boards = new Map(config.boards.map((board) => [board.name, board]));
    },
    list: () => ({
      folder,
      readOnlyReason: files.findReadOnlyReason(folder) ?? null,
      boards: [...boards.values()].map(summarize),
    }),
    get: find,
    expressions: () => [...boards.values()].flatMap(expressionsOf),
    format(panel) {
      check({ file: 'board.yaml', text: formatBoard('x', panel) });
      return { yaml: formatPanel(panel) };
    },
    addPanel(name, { panel, hash, boardTitle }) {
      const next =
        hash === null ? create(name, boardTitle ?? name, panel) : add(find(name), hash, panel);
      boards.set(name, next);
      onChange();
      return next;
    },
  };
}

function summarize({ name, title, description, panels, file, hash }: Board) {
  return { name, title, description, panelCount: panels.length, file, hash };
}

function expressionsOf({ panels, variables }: Board): readonly string[] {
  const queries = panels.flatMap((panel) => panel.queries.map(({ expression }) => expression));
  return [...queries, ...variables.map(({ of }) => of)];
}

/** What would be refused at the next reload is not written. */
function check(source: { readonly file: string; readonly text: string }): Board {
  const { board, faults } = readBoard(source);
  if (faults.length === 0) return board;
  const message = `the panel is refused: ${faults.map(formatFault).join('; ')}`;
  throw invalid('PANEL_INVALID', message);
}

function checkNew(name: string, count: number): void {
  if (!NAME.test(name) || name.length > NAME_CHARS_MAX) {
    const rule = 'letters, digits, ".", "_" and "-", beginning with a letter or digit';
    throw invalid(
      'PANEL_INVALID',
      `a board cannot be called "${name}": at most ${NAME_CHARS_MAX} ${rule}`,
    );
  }
  if (count >= BOARD_FILES_MAX) {
    throw conflict('BOARD_EXISTS', `there are ${count} boards, and no more are read; add to one`);
  }
}
