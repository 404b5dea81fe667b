/**
 * Strings for bytes, the same string for the same bytes where it can.
 *
 * The names of a target's labels and most of their values come again and again. Making a string
 * of bytes costs a call into the runtime and an object that lives as long as the series; looking
 * it up here costs a walk over the bytes. Each slot remembers the last text that fell into it, so
 * the pool has a fixed size and nothing to clean up.
 */
import { isUtf8 } from 'node:buffer';
import { hashBytes, isAscii } from './text-hash.ts';

const SLOTS = 8192;
/** Longer texts seldom come twice. */
const TEXT_BYTES_MAX = 64;

const EMPTY: readonly string[] = Array.from({ length: SLOTS }, () => '');

export class TextPool {
  /** A copy takes 5 µs, where to fill a list of its own takes 400. */
  readonly #slots: string[] = EMPTY.slice();

  /** The text of some bytes; undefined where they are not UTF-8. */
  decode(bytes: Buffer, from: number, to: number): string | undefined {
    const length = to - from;
    if (length === 0) return '';
    const isPlain = isAscii(bytes, from, to);
    if (!isPlain && !isUtf8(bytes.subarray(from, to))) return undefined;
    if (!isPlain || length > TEXT_BYTES_MAX) return bytes.toString('utf8', from, to);
    const slot = hashBytes(bytes, from, to, 0) & (SLOTS - 1);
    const known = this.#slots[slot];
    if (isSame(known, bytes, from, length)) return known;
    const text = bytes.toString('latin1', from, to);
    this.#slots[slot] = text;
    return text;
  }
}

function isSame(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}
