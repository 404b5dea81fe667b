/**
 * A short name of a label set: FNV-1a, 64 bits, over sorted names and values, in hex.
 *
 * It is the fingerprint that Prometheus' and Alertmanager's APIs show for the same labels, so that
 * an alert has one name everywhere. It is not collision-proof.
 */
import { type Labels, labelPairs } from './labels.ts';

const OFFSET_HIGH = 0xcbf29ce4;
const OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + 0x1b3; the high part is a shift by 8 into the upper word. */
const PRIME_LOW = 0x1b3;
const SEPARATOR = new Uint8Array([0xff]);

interface Hash {
  high: number;
  low: number;
}

function addBytes(hash: Hash, bytes: Uint8Array): void {
  for (const byte of bytes) {
    const low = (hash.low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    const carry = Math.floor(product / 2 ** 32);
    hash.high = (Math.imul(hash.high, PRIME_LOW) + carry + (low << 8)) >>> 0;
    hash.low = product >>> 0;
  }
}

/** The fingerprint of a label set: 16 hex digits. */
export function fingerprintOf(labels: Labels): string {
  const hash: Hash = { high: OFFSET_HIGH, low: OFFSET_LOW };
  for (const [name, value] of labelPairs(labels)) {
    addBytes(hash, Buffer.from(name));
    addBytes(hash, SEPARATOR);
    addBytes(hash, Buffer.from(value));
    addBytes(hash, SEPARATOR);
  }
  return hash.high.toString(16).padStart(8, '0') + hash.low.toString(16).padStart(8, '0');
}

/** A number below a bound, evenly spread over texts. */
export function spread(text: string, below: number): number {
  const hash: Hash = { high: OFFSET_HIGH, low: OFFSET_LOW };
  addBytes(hash, Buffer.from(text));
  // FNV's low bits of similar texts are alike; the upper word takes part in the answer.
  return ((hash.high ^ hash.low) >>> 0) % below;
}
