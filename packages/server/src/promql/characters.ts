/** Characters: which are letters to PromQL, and how errors show one. */
import { isPrintable, quote } from '../series/index.ts';

/** Space, tab, newline, carriage return. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** 0 to 9; digits of other scripts are none. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** An ASCII letter or the underscore. */
export function isAlpha(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

/** A letter, the underscore or a digit: what a name goes on with. */
export function isAlphanumeric(code: number): boolean {
  return isAlpha(code) || isDigit(code);
}

/** The value of a hexadecimal digit; 16 for anything else. */
export function digitValue(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 16;
}

/** The character at an offset between single quotes, as Go's `%q`; the end counts as broken text. */
export function quoteRune(text: string, offset: number): string {
  const rune = runeAt(text, offset);
  if (rune === "'") return "'\\''";
  if (rune === '"') return `'"'`;
  return `'${quote(rune).slice(1, -1)}'`;
}

/** The character at an offset as Go's `%#U`: `U+0071 'q'`. */
export function describeRune(text: string, offset: number): string {
  const rune = runeAt(text, offset);
  const code = (rune.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(rune) ? `U+${code} '${rune}'` : `U+${code}`;
}

function runeAt(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0xfffd;
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}
