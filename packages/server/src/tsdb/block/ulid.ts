/**
 * Names of blocks: ULIDs (github.com/ulid/spec), as Prometheus gives its blocks. 48 bits of time and
 * 80 of chance in Crockford's base 32, so names sort by the time of making.
 */
import type { Random } from '../../platform/index.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Makes a name. */
export function createUlid(nowMs: number, random: Random): string {
  let time = Math.max(0, Math.floor(nowMs));
  let text = '';
  for (let i = 0; i < TIME_CHARS; i++) {
    text = ALPHABET[time % 32] + text;
    time = Math.floor(time / 32);
  }
  for (const byte of random.bytes(RANDOM_CHARS)) text += ALPHABET[byte % 32];
  return text;
}

/** Whether a text can be the name of a block. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}
