/**
 * A short name of a label set: FNV-1a, 64 bits, over sorted names and values, in hex.
 *
 * It is the fingerprint that Prometheus' and Alertmanager's APIs show for the same labels, so that
 * an alert has one name everywhere. It is not collision-proof.
 */
import type { Labels } from './labels.ts';

const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + 0x1b3; the high part is a shift by 8 into the upper word. */
const PRIME_LOW = 0x1b3;
const SEPARATOR = 0xff;
const ASCII_END = 0x80;

interface Hash {
  high: number;
  low: number;
}

function addBytes(hash: Hash, bytes: Uint8Array): void {
  for (const byte of bytes) addByte(hash, byte);
}

function addByte(hash: Hash, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * PRIME_LOW;
  const carry = Math.floor(product / 2 ** 32);
  hash.high = (Math.imul(hash.high, PRIME_LOW) + carry + (low << 8)) >>> 0;
  hash.low = product >>> 0;
}

/** The bytes of UTF-8; they are made only from the first character on that has more than one. */
function addText(hash: Hash, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII_END) return addBytes(hash, Buffer.from(text.slice(i)));
    addByte(hash, code);
  }
}

/** The fingerprint of a label set: 16 hex digits. */
export function fingerprintOf(labels: Labels): string {
  const hash: Hash = { high: OFFSET_HIGH, low: OFFSET_LOW };
  for (let i = 0; i < labels.names.length; i++) {
    addText(hash, labels.names[i]);
    addByte(hash, SEPARATOR);
    addText(hash, labels.values[i]);
    addByte(hash, SEPARATOR);
  }
  return hash.high.toString(16).padStart(8, '0') + hash.low.toString(16).padStart(8, '0');
}

/** A number below a bound, evenly spread over texts. */
export function spread(text: string, below: number): number {
  const hash: Hash = { high: OFFSET_HIGH, low: OFFSET_LOW };
  addText(hash, text);
  // FNV's low bits of similar texts are alike; the upper word takes part in the answer.
  return ((hash.high ^ hash.low) >>> 0) % below;
}
