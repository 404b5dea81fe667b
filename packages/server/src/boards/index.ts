/**
 * Boards in files: graphs, numbers and tables that people chose.
 *
 * Each board is a YAML file in one folder, written by hand or from Explore, fit for git and review.
 * `readBoard` holds a file to its schema and tells every fault with its place; `insertPanel` adds a
 * panel to a text and leaves the rest of it as it is; `createBoards` keeps what is in force.
 */
export { type BoardFiles, createBoardFiles } from './board-files.ts';
export { createBoards, type Boards } from './boards.ts';
export { BOARD_FILES_MAX } from './limits.ts';
export type { Board } from './model.ts';
export { BOARD_EXTENSIONS, isBoardFile, readBoard } from './read-board.ts';
export { createBoardRoutes } from './routes.ts';
