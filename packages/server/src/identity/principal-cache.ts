/** Remembers for some seconds who belongs to a secret, so that bursts need no look-up. */
import { CACHE_ENTRIES_MAX, CACHE_TTL_MS } from './limits.ts';
import type { Principal } from './model.ts';

interface Entry {
  readonly principal: Principal;
  readonly untilMs: number;
}

export class PrincipalCache {
  /** By the secret's hash, in order of entry. */
  readonly #entries = new Map<string, Entry>();
  /** Counts clearings. A look-up that began before one must not be remembered after it. */
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  find(hash: string, nowMs: number): Principal | undefined {
    const entry = this.#entries.get(hash);
    return entry !== undefined && nowMs < entry.untilMs ? entry.principal : undefined;
  }

  /** Remembers what a look-up found that began at `generation`. */
  add(hash: string, found: { principal: Principal; nowMs: number; generation: number }): void {
    if (found.generation !== this.#generation) return;
    this.#entries.delete(hash);
    this.#entries.set(hash, { principal: found.principal, untilMs: found.nowMs + CACHE_TTL_MS });
    if (this.#entries.size > CACHE_ENTRIES_MAX) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest);
    }
  }

  /** Forgets everybody: something was taken back. */
  clear(): void {
    this.#generation++;
    this.#entries.clear();
  }
}
