/** The error of a query that cannot be understood, worded and placed as Prometheus does. */
import { AppError } from '../platform/index.ts';

/**
 * What is wrong with a query, and where. `message` is whole (`1:5: parse error: unexpected …`);
 * `reason` is the part after the place.
 */
export class ParseError extends AppError {
  /** The place as an offset in code units, as editors want it. */
  readonly offset: number;
  readonly reason: string;

  constructor(text: string, offset: number, reason: string) {
    const { line, column } = findPosition(text, offset);
    const place = text === '' ? 'unknown position' : `${line}:${column}`;
    super({ kind: 'invalid', code: 'PROMQL_PARSE_ERROR' }, `${place}: parse error: ${reason}`);
    this.offset = offset;
    this.reason = reason;
  }
}

/**
 * Line and column of an offset, both from 1, the column in bytes of UTF-8 as Prometheus counts; 0
 * where the query is empty and so has no place.
 */
export function findPosition(text: string, offset: number): { line: number; column: number } {
  if (text === '') return { line: 0, column: 0 };
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: utf8Length(text.slice(lineStart, offset)) + 1 };
}

/** How many bytes a text takes in UTF-8; a lone surrogate counts as the replacement character. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) bytes++;
    if (code >= 0x800) bytes++;
    // A surrogate pair is two units and four bytes; each half was counted as three.
    if (code >= 0xdc00 && code <= 0xdfff && i > 0 && isHighSurrogate(text.charCodeAt(i - 1))) {
      bytes -= 2;
    }
  }
  return bytes;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
