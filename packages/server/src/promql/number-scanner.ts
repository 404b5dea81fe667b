/**
 * Where a number or a duration ends.
 *
 * The shape is looser than what is accepted in the end (`0x`, `.5.5` pass here and are refused when
 * their value is worked out), and stricter in places that look fine (`0xee`, because `e` might
 * begin an exponent). Both are Prometheus' (scanNumber in promql/parser/lex.go): with other limits
 * we would accept other queries, or blame them differently.
 */
import { isAlphanumeric } from './characters.ts';

interface Scanned {
  /** The offset after the last character looked at and taken. */
  readonly end: number;
  /** False: what stands here is not of the kind asked for. */
  readonly isWhole: boolean;
}

/** Skips a decimal, hexadecimal or octal number. */
export function skipNumber(text: string, from: number): Scanned {
  let at = from;
  let isDigitHere = isDigitChar;
  if (text[at] === '0') {
    at++;
    if (text[at] === 'x' || text[at] === 'X') {
      at += text[at + 1] === '_' ? 2 : 1;
      isDigitHere = isHexChar;
    }
  }
  if (text[at] === '.') at++;
  if (isDigitHere(text[at])) at++;
  return skipRest(text, at, isDigitHere);
}

function skipRest(text: string, from: number, isDigitHere: (char: string) => boolean): Scanned {
  const isHex = isDigitHere === isHexChar;
  let at = from;
  let hasDot = false;
  let hasExponent = false;
  for (;;) {
    const char = text[at];
    if (char === '.') {
      if (hasDot) return { end: at + 1, isWhole: false };
      hasDot = true;
      at++;
      if (text[at] === '_' || text[at] === '.') return { end: at + 1, isWhole: false };
      if (isHex) return { end: at, isWhole: false };
    } else if (char === 'e' || char === 'E') {
      if (hasExponent) return { end: at + 1, isWhole: false };
      hasExponent = true;
      at++;
      if (text[at] === '+' || text[at] === '-') at++;
      if (isSeparator(text[at])) return { end: at + 1, isWhole: false };
      if (at >= text.length) return { end: at, isWhole: false };
    } else if (char === '_') {
      at++;
      if (isSeparator(text[at])) return { end: at + 1, isWhole: false };
      if (at >= text.length) return { end: at, isWhole: false };
    } else if (isDigitHere(char)) {
      while (isDigitHere(text[at])) at++;
    } else {
      return { end: at, isWhole: !isAlphanumeric(text.charCodeAt(at)) };
    }
  }
}

/** Skips the rest of a duration whose first digits end at an offset: units and further digits. */
export function skipDuration(text: string, from: number): Scanned {
  let at = from;
  let units = 'smhdwy';
  for (;;) {
    if (!isOneOf(units, text[at])) return { end: at, isWhole: false };
    at++;
    // The second letter of `ms`; a unit such as `hs` is refused when the value is worked out.
    if (text[at] === 's') at++;
    if (!isDigitChar(text[at])) break;
    while (isDigitChar(text[at])) at++;
    units = 'smhdw';
  }
  const isWhole = !isAlphanumeric(text.charCodeAt(at));
  return { end: isWhole ? at : at + 1, isWhole };
}

function isDigitChar(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function isHexChar(char: string | undefined): boolean {
  if (char === undefined) return false;
  const lower = char.toLowerCase();
  return isDigitChar(char) || (lower >= 'a' && lower <= 'f');
}

function isSeparator(char: string | undefined): boolean {
  return char === '.' || char === '_' || char === 'e' || char === 'E';
}

function isOneOf(chars: string, char: string | undefined): boolean {
  return char !== undefined && chars.includes(char);
}
