/**
 * The hash of a label set that `limit_ratio` samples by: xxHash64 over Prometheus' encoding of
 * labels (model/labels, "stringlabels"), so that both pick the same series.
 */
import { labelPairs, type Labels } from '../series/index.ts';

const MASK = 0xffff_ffff_ffff_ffffn;
const PRIME_1 = 0x9e37_79b1_85eb_ca87n;
const PRIME_2 = 0xc2b2_ae3d_27d4_eb4fn;
const PRIME_3 = 0x1656_67b1_9e37_79f9n;
const PRIME_4 = 0x85eb_ca77_c2b2_ae63n;
const PRIME_5 = 0x27d4_eb2f_1656_67c5n;

/** Where in [0, 1] a label set stands. */
export function hashShare(labels: Labels): number {
  return Number(xxHash64(encodeLabels(labels))) / 2 ** 64;
}

/** Each name and value with its length before it: one byte, or 255 and three bytes. */
function encodeLabels(labels: Labels): Uint8Array {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const pair of labelPairs(labels)) {
    for (const text of pair) {
      const encoded = encoder.encode(text);
      const size = encoded.length;
      if (size < 255) bytes.push(size);
      else bytes.push(255, size & 255, (size >> 8) & 255, (size >> 16) & 255);
      for (const byte of encoded) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

/** xxHash64 with seed 0 (Y. Collet, xxHash specification 0.1.1). */
export function xxHash64(input: Uint8Array): bigint {
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  let at = 0;
  let hash = PRIME_5;
  if (input.length >= 32) {
    const lanes = [(PRIME_1 + PRIME_2) & MASK, PRIME_2, 0n, (MASK + 1n - PRIME_1) & MASK];
    for (; at + 32 <= input.length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + 8 * i, true));
    }
    hash = rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n);
    hash = (hash + rotate(lanes[3], 18n)) & MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4) & MASK;
  }
  hash = (hash + BigInt(input.length)) & MASK;
  for (; at + 8 <= input.length; at += 8) {
    hash ^= round(0n, view.getBigUint64(at, true));
    hash = (rotate(hash, 27n) * PRIME_1 + PRIME_4) & MASK;
  }
  if (at + 4 <= input.length) {
    hash ^= (BigInt(view.getUint32(at, true)) * PRIME_1) & MASK;
    hash = (rotate(hash, 23n) * PRIME_2 + PRIME_3) & MASK;
    at += 4;
  }
  for (; at < input.length; at++) {
    hash ^= (BigInt(input[at]) * PRIME_5) & MASK;
    hash = (rotate(hash, 11n) * PRIME_1) & MASK;
  }
  return avalanche(hash);
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function round(lane: bigint, input: bigint): bigint {
  return (rotate((lane + input * PRIME_2) & MASK, 31n) * PRIME_1) & MASK;
}

function avalanche(value: bigint): bigint {
  let hash = value;
  hash = ((hash ^ (hash >> 33n)) * PRIME_2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME_3) & MASK;
  return hash ^ (hash >> 32n);
}
