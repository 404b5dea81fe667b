/** A board: what its file says, with every default in its place. */
import type { BoardFile } from '@nines/contract';

/** Everything that a page needs to draw it is in its file, so it travels as it was read. */
export type Board = BoardFile;

/** A board's name is its file's without the ending; in a URL and on every file system alike. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
