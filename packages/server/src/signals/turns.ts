/** Long work in short turns, so that pages, scrapes and requests get theirs in between. */
import type { Clock } from '../platform/index.ts';
import { REST_MS_MAX, SLICE_MS } from './limits.ts';

/** How a piece of work gives way. */
export interface Turns {
  /** Called between two steps: gives way when this turn has lasted long enough. */
  next(): Promise<void>;
}

export interface TurnOptions {
  readonly clock: Clock;
  /** Resolves in a later turn of the event loop. */
  readonly pause: () => Promise<void>;
  /** Work without rests; undefined: all of it. */
  readonly burstMs?: number;
  /** Beyond the burst: rest for so many times the work. */
  readonly restRatio?: number;
}

/** Begins a piece of work. */
export function startTurns(options: TurnOptions): Turns {
  const { clock, pause, burstMs = Number.POSITIVE_INFINITY, restRatio = 0 } = options;
  let startedMs = clock.monotonicMs();
  let workedMs = 0;
  return {
    async next() {
      const turnMs = clock.monotonicMs() - startedMs;
      if (turnMs < SLICE_MS) return;
      workedMs += turnMs;
      if (workedMs < burstMs) await pause();
      else await rest(clock, Math.min(turnMs * restRatio, REST_MS_MAX));
      startedMs = clock.monotonicMs();
    },
  };
}

async function rest(clock: Clock, forMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.after(forMs, resolve);
  return promise;
}
