/**
 * Bounds guessing: a token bucket for each key, in a bounded map.
 *
 * A bucket holds `burst` attempts and gains one every `everyMs`. It is stored as the instant at
 * which it will be full again, so that idle buckets need no upkeep: a full one is one that is past.
 */
import { BUCKETS_MAX } from './limits.ts';

export interface AttemptLimits {
  readonly burst: number;
  readonly everyMs: number;
  /** Keys remembered at most; default 10,000. */
  readonly keysMax?: number;
}

export class AttemptLimiter {
  readonly #limits: Required<AttemptLimits>;
  /** When each bucket is full again; in order of last use, the longest untouched first. */
  readonly #fullAt = new Map<string, number>();

  constructor(limits: AttemptLimits) {
    this.#limits = { keysMax: BUCKETS_MAX, ...limits };
  }

  /** Takes one attempt; answers 0, or the milliseconds to wait where there is none left. */
  take(key: string, now: number): number {
    const { burst, everyMs, keysMax } = this.#limits;
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now) + everyMs;
    const waitMs = fullAt - now - burst * everyMs;
    if (waitMs > 0) return waitMs;
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    if (this.#fullAt.size > keysMax) {
      const [oldest] = this.#fullAt.keys();
      this.#fullAt.delete(oldest);
    }
    return 0;
  }

  /** Gives an attempt back that turned out to be right. */
  giveBack(key: string): void {
    const fullAt = this.#fullAt.get(key);
    if (fullAt !== undefined) this.#fullAt.set(key, fullAt - this.#limits.everyMs);
  }
}

/** The part of an address that one person holds: all of IPv4, the first 64 bits of IPv6. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1];
  const [head, tail] = address.toLowerCase().split('%')[0].split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
