/** Bounds of boards. */

/** Ten for each of a hundred teams; more are generated, and belong into a program's own folder. */
export const BOARD_FILES_MAX = 1000;

/** Each asks the server at least one query at every refresh. */
export const PANELS_MAX = 100;

/** As many as Explore shows lines with colours for, and a few to compare with. */
export const QUERIES_PER_PANEL_MAX = 10;

/** More choices above a board than this are a sign of several boards. */
export const VARIABLES_MAX = 10;

/** More lines across a graph than this hide it. */
export const THRESHOLDS_MAX = 8;

/** A name is a part of a URL and of a file's name. */
export const NAME_CHARS_MAX = 100;

/** The longest range that a board begins with: beyond any retention a query is refused anyway. */
export const RANGE_MS_MAX = 10 * 365 * 24 * 3_600_000;

/** Oftener than a scrape there is nothing new. */
export const REFRESH_MS_MIN = 5_000;
