/**
 * Finds the place in a file of a character within a YAML scalar.
 *
 * A parser of YAML tells where a scalar begins, not where its characters went: block scalars lose
 * their indentation, folded ones their line ends, quoted ones their escapes. The value is walked
 * along the source instead: what is not white space follows in the same order in both, so each
 * such character is looked for a few characters on. In a text with escapes the answer may be a few
 * columns off; in all that people write in rule files it is exact.
 */
import type { Place } from '../platform/index.ts';

/** The longest escape of YAML is `\U0001F600`. */
const ESCAPE_CHARS_MAX = 10;
const SPACE = /\s/;
/** The header of a block scalar: `|`, `>-`, `|2 # comment`. */
const BLOCK_HEADER = /[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\r?\n/y;

export interface ScalarCharacter {
  /** The whole file. */
  readonly source: string;
  /** Where the scalar begins. */
  readonly place: Place;
  /** The scalar's value. */
  readonly value: string;
  /** Code-unit offset into the value. */
  readonly offset: number;
}

/** The place of one character of a scalar; the scalar's own place where it is an alias. */
export function placeInScalar(character: ScalarCharacter): Place {
  const { source, place, value } = character;
  const start = offsetOfPlace(source, place);
  if (source[start] === '*') return place;
  const target = Math.min(character.offset, value.length);
  let at = skipHeader(source, start);
  for (let i = 0; i < target; i++) {
    if (SPACE.test(value[i])) {
      // Any run of white space in the value stands for any run in the source.
      if (i > 0 && SPACE.test(value[i - 1])) continue;
      while (at < source.length && SPACE.test(source[at])) at++;
      continue;
    }
    at = indexNear(source, value[i], at) + 1;
  }
  const isAtSpace = target < value.length && SPACE.test(value[target]);
  if (!isAtSpace) while (at < source.length && target > 0 && SPACE.test(source[at])) at++;
  return placeOfOffset(source, place, at);
}

function skipHeader(source: string, start: number): number {
  if (source[start] === '"' || source[start] === "'") return start + 1;
  BLOCK_HEADER.lastIndex = start;
  if (!BLOCK_HEADER.test(source)) return start;
  let at = BLOCK_HEADER.lastIndex;
  while (at < source.length && SPACE.test(source[at])) at++;
  return at;
}

function indexNear(source: string, char: string, from: number): number {
  const found = source.slice(from, from + ESCAPE_CHARS_MAX).indexOf(char);
  return found < 0 ? from : from + found;
}

function offsetOfPlace(source: string, place: Place): number {
  let at = 0;
  for (let line = 1; line < place.line; line++) {
    const end = source.indexOf('\n', at);
    if (end < 0) break;
    at = end + 1;
  }
  return at + place.column - 1;
}

function placeOfOffset(source: string, place: Place, offset: number): Place {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { file: place.file, line, column: offset - before.lastIndexOf('\n') };
}
