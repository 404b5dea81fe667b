/** The bounds of dense chunks, each with its reason. */

/**
 * What surrounds a chunk, some 45 bytes with its entry in the index, is below 0.05 bytes a sample;
 * a query for one hour decodes four as much as it needs.
 */
export const DENSE_SAMPLES_MAX = 1024;

/** Codes are found with one look at a table of 2^12 places, which stays in the first cache. */
export const CODE_BITS_MAX = 12;

/** 54 classes, 17 lengths of runs, two ways out, and literals; a number of a symbol has one byte. */
export const SYMBOLS_MAX = 160;

/** Literals of one column. More than that are no repetition but a distribution. */
export const LITERALS_MAX = 64;

/** Whole numbers of a column; doubled they are still exact. */
export const INTEGER_MAX = 2 ** 52;

/** How far they may lie apart, in units: differences of differences, doubled, are still exact. */
export const SPREAD_MAX = 2 ** 49;

/** Powers of ten that are exact as doubles. */
export const EXPONENT_MAX = 22;

/** Digits after the point of decimals that sums miss; seconds come as milli-, micro- or nanoseconds. */
export const NEAR_EXPONENT_MAX = 9;

/** By how many doubles sums may miss a decimal: rounding errors of a billion additions at random. */
export const NEAR_ULPS_MAX = 2 ** 16;

/** A longer column of times is written once and referred to. */
export const INLINE_TIMES_BYTES_MAX = 24;

/** Columns of times that a writer remembers, some kilobytes each. */
export const SHARED_TIMES_MAX = 1024;
