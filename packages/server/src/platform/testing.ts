/**
 * Spoils bytes and texts, for tests of whatever reads what comes from outside: the short seeded ones
 * beside each reader, and `npm run fuzz`.
 *
 * Random bytes rarely get past the first check of a reader. What is nearly right gets further: a
 * valid sample with a few things done to it, each of them what networks, disks and other people's
 * programs do.
 */
import type { Random } from './random.ts';

/** Of one input, so that repeated doubling ends. */
const INPUT_BYTES_MAX = 64 * 1024;
const CHANGES_MAX = 4;
/** The more changes, the less of a sample is reached at all. */
const ONE_CHANGE_RATIO = 0.6;
/** Some inputs stay as they are, so that the next ones meet a reader that has seen good ones. */
const UNSPOILED_RATIO = 0.02;
/** Longest piece that is repeated, and how often. */
const REPEATED_BYTES_MAX = 64;
const REPEATS_MAX = 300;

/** Where readers of numbers change their minds. */
const ODD_BYTES = [0, 1, 0x0a, 0x20, 0x22, 0x7f, 0x80, 0xc0, 0xff] as const;
const ODD_NUMBERS: readonly string[] = [
  '0',
  '-1',
  '1e309',
  '-0',
  '9007199254740993',
  '18446744073709551616',
  '99999999999999999999999999999999',
  '0.0000000000000000000000000000001',
  'NaN',
  '-Inf',
  '0x1p-1074',
];
const DIGITS = /\d+(?:\.\d+)?/g;

/** A whole number from 0 to below `limit`. */
export function randomBelow(random: Random, limit: number): number {
  return Math.floor(random.float() * limit);
}

/** One of some things. */
export function pickFrom<T>(random: Random, from: readonly T[]): T {
  return from[randomBelow(random, from.length)];
}

/** Pieces in a row, up to `countMax` of them. */
export function joinPieces(random: Random, pieces: readonly string[], countMax: number): string {
  const count = randomBelow(random, countMax + 1);
  return Array.from({ length: count }, () => pickFrom(random, pieces)).join('');
}

function changeCount(random: Random): number {
  const dice = random.float();
  if (dice < UNSPOILED_RATIO) return 0;
  return dice < ONE_CHANGE_RATIO ? 1 : 1 + randomBelow(random, CHANGES_MAX);
}

/** A sample of a corpus with up to four changes. */
export function spoilBytes(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = pickFrom(random, corpus);
  for (let left = changeCount(random); left > 0; left--) {
    const change = pickFrom(random, BYTE_CHANGES);
    bytes = change(random, bytes, pickFrom(random, corpus)).subarray(0, INPUT_BYTES_MAX);
  }
  return copyOf(bytes);
}

/** A text of a corpus with up to four changes; also pieces that the grammar knows are put in. */
export function spoilText(
  random: Random,
  corpus: readonly string[],
  pieces: readonly string[] = [],
): string {
  let text = pickFrom(random, corpus);
  for (let left = changeCount(random); left > 0; left--) {
    const at = randomBelow(random, text.length + 1);
    const isOfPieces = pieces.length > 0 && random.float() < 0.5;
    if (isOfPieces) {
      const upTo = at + randomBelow(random, 2) * randomBelow(random, 6);
      text = text.slice(0, at) + pickFrom(random, pieces) + text.slice(upTo);
    } else if (random.float() < 0.3) {
      text = text.replaceAll(DIGITS, (digits) =>
        random.float() < 0.2 ? pickFrom(random, ODD_NUMBERS) : digits,
      );
    } else {
      const bytes = [Buffer.from(text), Buffer.from(pickFrom(random, corpus))];
      text = Buffer.from(pickFrom(random, BYTE_CHANGES)(random, bytes[0], bytes[1])).toString();
    }
    text = text.slice(0, INPUT_BYTES_MAX);
  }
  return text;
}

type Change = (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

/** Never `slice`: that of a Buffer shares its memory, and the corpus would rot. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function placeIn(random: Random, bytes: Uint8Array): number {
  return randomBelow(random, bytes.length + 1);
}

const truncate: Change = (random, bytes) => copyOf(bytes.subarray(0, placeIn(random, bytes)));

const flipBit: Change = (random, bytes) => {
  const copy = copyOf(bytes);
  if (copy.length > 0) copy[randomBelow(random, copy.length)] ^= 1 << randomBelow(random, 8);
  return copy;
};

const setByte: Change = (random, bytes) => {
  const copy = copyOf(bytes);
  const value = random.float() < 0.5 ? pickFrom(random, ODD_BYTES) : randomBelow(random, 256);
  if (copy.length > 0) copy[randomBelow(random, copy.length)] = value;
  return copy;
};

const remove: Change = (random, bytes) => {
  const at = placeIn(random, bytes);
  const upTo = at + 1 + randomBelow(random, random.float() < 0.5 ? 2 : bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(upTo)]);
};

const repeat: Change = (random, bytes) => {
  const at = placeIn(random, bytes);
  const piece = bytes.subarray(at, at + 1 + randomBelow(random, REPEATED_BYTES_MAX));
  const count = random.float() < 0.8 ? 2 : 1 + randomBelow(random, REPEATS_MAX);
  const rest = bytes.subarray(at + piece.length);
  const repeated = Array.from({ length: count }, () => piece);
  return Buffer.concat([bytes.subarray(0, at), ...repeated, rest]);
};

const splice: Change = (random, bytes, other) => {
  const from = placeIn(random, other);
  const piece = other.subarray(from, from + randomBelow(random, other.length + 1));
  const at = placeIn(random, bytes);
  const upTo = at + (random.float() < 0.5 ? 0 : piece.length);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(upTo)]);
};

/** Lengths and counts are varints, or words of four or eight bytes: the largest of each. */
const setLargeNumber: Change = (random, bytes) => {
  const copy = copyOf(bytes);
  const at = placeIn(random, copy);
  const large = Buffer.alloc(pickFrom(random, [2, 4, 5, 8, 10]), 0xff);
  if (random.float() < 0.5) large[large.length - 1] = 0x0f;
  if (random.float() < 0.3) large[0] = 0x80;
  copy.set(large.subarray(0, Math.max(0, copy.length - at)), at);
  return copy;
};

const BYTE_CHANGES: readonly Change[] = [
  truncate,
  flipBit,
  flipBit,
  setByte,
  setByte,
  remove,
  repeat,
  splice,
  setLargeNumber,
];
