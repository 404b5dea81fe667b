/** Randomness as an argument: secure in production, seeded in tests. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** A float in [0, 1). */
  float(): number;
  /** Fresh bytes. */
  bytes(count: number): Uint8Array;
}

/** Randomness fit for secrets. */
export function createSecureRandom(): Random {
  return {
    float: () => randomBytes(4).readUInt32LE(0) / 2 ** 32,
    bytes: (count) => randomBytes(count),
  };
}

/** The same sequence for the same seed (mulberry32); for tests and simulations, never for secrets. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  const float = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    float,
    bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(float() * 256)),
  };
}
