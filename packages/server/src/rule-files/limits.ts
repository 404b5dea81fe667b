/** Bounds of what is written into rule files. */

/** Changes that can be undone, the newest of each file: a click that was wrong is noticed at once. */
export const UNDO_MAX = 20;

/** A group's name is a part of a new file's name. */
export const NAME_CHARS_MAX = 100;
