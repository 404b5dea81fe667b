/** Go's literals: quoted strings, character constants and numbers (strconv's rules). */

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
};
/** One character or escape of a quoted literal. */
const PIECE =
  /\\(?:([abtnvfr\\'"])|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([^\\\n])/uy;

/** The text of a literal in double quotes, back quotes or single quotes; undefined if malformed. */
export function unquote(literal: string): string | undefined {
  const mark = literal[0];
  const inner = literal.slice(1, -1);
  if (mark === '`') return inner.replaceAll('\r', '');
  const chunks: Buffer[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < inner.length) {
    const match = PIECE.exec(inner);
    const chunk = match === null ? undefined : decodePiece(match, mark);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function decodePiece(match: RegExpExecArray, mark: string): Buffer | undefined {
  const [, simple, byteHex, byteOctal, short, long, plain] = match;
  if (plain !== undefined) return plain === mark ? undefined : Buffer.from(plain);
  if (simple === "'" || simple === '"') return simple === mark ? Buffer.from(simple) : undefined;
  if (simple !== undefined) return Buffer.from([SIMPLE_ESCAPES[simple]]);
  // An escape by number is one byte, which may be a part of a character.
  if (byteHex !== undefined) return Buffer.from([Number.parseInt(byteHex, 16)]);
  if (byteOctal !== undefined) return Buffer.from([Number.parseInt(byteOctal, 8)]);
  const codePoint = Number.parseInt(short ?? long ?? '', 16);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (isSurrogate || codePoint > 0x10ffff) return undefined;
  return Buffer.from(String.fromCodePoint(codePoint));
}

const INT64_MAX = (1n << 63n) - 1n;
const INTEGER =
  /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/;

/**
 * A numeric constant: a bigint for an integer, a number for one with a point or an exponent;
 * 'overflow' where an integer does not fit 64 bits, undefined where it is no number.
 */
export function parseConstant(text: string): bigint | number | 'overflow' | undefined {
  const integer = INTEGER.exec(text);
  if (integer !== null) {
    const value = parseMagnitude(integer[2].replaceAll('_', ''));
    const signed = integer[1] === '-' ? -value : value;
    return signed > INT64_MAX || signed < -INT64_MAX - 1n ? 'overflow' : signed;
  }
  const plain = text.replaceAll('_', '');
  const value = parseFiniteFloat(plain);
  if (value === undefined || /[.eEpP]/.test(text)) return value;
  // "089" is no octal number; Go reads it as a float that happens to be integral.
  return Number.isSafeInteger(value) ? BigInt(value) : 'overflow';
}

function parseMagnitude(digits: string): bigint {
  const isOldOctal = /^0[0-7]+$/.test(digits);
  return BigInt(isOldOctal ? `0o${digits.slice(1)}` : digits.toLowerCase());
}

function parseFiniteFloat(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text);
  const hex = HEX_FLOAT.exec(text);
  if (hex === null || hex[2] + hex[3] === '') return undefined;
  const mantissa = Number.parseInt(hex[2] + hex[3], 16);
  const value = mantissa * 2 ** (Number(hex[4]) - 4 * hex[3].length);
  return hex[1] === '-' ? -value : value;
}

/** Go's strconv.ParseFloat; undefined where the text is no number. */
export function parseFloat64(text: string): number | undefined {
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (named === null) return parseFiniteFloat(text);
  if (named[2].toLowerCase() === 'nan') return named[1] === '' ? Number.NaN : undefined;
  return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
