/** Text between double quotes, as Go's strconv.Unquote reads it. */
import { isUtf8 } from 'node:buffer';

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\"]))|[\\\n]/g;
const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** The text that a quoted one stands for; undefined where it is not one or not UTF-8. */
export function unquoteGo(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const found of inner.matchAll(ESCAPE)) {
    const bytes = escapeBytes(found);
    if (bytes === undefined) return undefined;
    pieces.push(Buffer.from(inner.slice(from, found.index)), bytes);
    from = found.index + found[0].length;
  }
  if (pieces.length === 0) return inner;
  const all = Buffer.concat([...pieces, Buffer.from(inner.slice(from))]);
  return isUtf8(all) ? all.toString() : undefined;
}

function escapeBytes(found: RegExpExecArray): Buffer | undefined {
  const [, hex, octal, short, long, named] = found;
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 0xff ? undefined : Buffer.of(byte);
  }
  if (named !== undefined) return Buffer.from(NAMED[named]);
  if (short === undefined && long === undefined) return undefined;
  const code = Number.parseInt(short ?? long, 16);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return isHalf || code > 0x10ffff ? undefined : Buffer.from(String.fromCodePoint(code));
}
