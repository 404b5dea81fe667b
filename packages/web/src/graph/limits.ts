/** Bounds of what is drawn. */

/** More lines than this cannot be told apart by colour, nor labelled at their ends. */
export const LINE_COUNT_MAX = 8;
/** The rest in grey; beyond this the graph is a solid area and the browser slow. */
export const OTHER_COUNT_MAX = 92;
/** More points than a wide screen has columns cost time and show nothing. */
export const POINT_COUNT_MAX = 1000;
