/**
 * The language of the catalogue in use decides how numbers and dates are written: a sentence in
 * one language with numbers of another reads as a mistake. Times are on the 24-hour clock, in the
 * viewer's zone.
 */
export const LOCALE = 'en-GB';
