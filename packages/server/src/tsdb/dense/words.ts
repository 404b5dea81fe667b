import { growWords } from '../grow.ts';

/** Words after the last of a stream that readers look at. */
const LOOK_AHEAD_WORDS = 4;

/**
 * The bytes from an index on as words, the first bit of the stream at the top of the first; zeros
 * follow. Answers `words`, or a larger array where they do not fit.
 */
export function setWords(
  words: Uint32Array<ArrayBuffer>,
  bytes: Uint8Array,
  from: number,
): Uint32Array<ArrayBuffer> {
  const count = Math.ceil((bytes.length - from) / 4) + LOOK_AHEAD_WORDS;
  const target = count > words.length ? growWords(words, count * 2) : words;
  const whole = bytes.length - 3;
  let at = from;
  let word = 0;
  for (; at < whole; at += 4) {
    target[word++] =
      (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  let last = 0;
  for (let shift = 24; at < bytes.length; at++, shift -= 8) last |= bytes[at] << shift;
  target[word++] = last;
  target.fill(0, word, count);
  return target;
}
