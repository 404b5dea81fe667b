/** Identifiers of records: short enough to read out on the phone, sorted by time of making. */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Crockford's base 32: no I, L, O, U, so nothing is misread. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 9;
const RANDOM_CHARS = 7;

/** Makes identifiers such as `al_01jxyz3k9pqrs7tv`: a prefix, 45 bits of time, 35 of chance. */
export type IdSource = (prefix: string) => string;

/** Builds the source of identifiers. */
export function createIdSource(clock: Clock, random: Random): IdSource {
  return (prefix) => {
    let time = clock.now();
    let text = '';
    for (let i = 0; i < TIME_CHARS; i++) {
      text = ALPHABET[time % 32] + text;
      time = Math.floor(time / 32);
    }
    for (const byte of random.bytes(RANDOM_CHARS)) text += ALPHABET[byte % 32];
    return `${prefix}_${text}`;
  };
}
