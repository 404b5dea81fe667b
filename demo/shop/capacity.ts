/**
 * What one instance can do at a time: so many requests in work, so many that wait, and no more.
 *
 * The queue is short on purpose: a request that waits longer than its caller does is work for
 * nobody. Of what remains of it, each criticality may fill only a part, so that the last places are
 * left to the requests that matter most (SRE book, chapter 21, "Criticality").
 */
import type { Criticality } from '@nines/traffic';

/** How full the queue may be for a request to join it. */
const QUEUE_SHARE: Readonly<Record<Criticality, number>> = {
  CRITICAL_PLUS: 1,
  CRITICAL: 0.75,
  SHEDDABLE_PLUS: 0.5,
  SHEDDABLE: 0.25,
};

export interface Capacity {
  /** Waits for a place; undefined: there is none, and the request is to be refused now. */
  enter(criticality: Criticality): Promise<void> | undefined;
  /** Gives the place to who waits longest. */
  leave(): void;
  readonly slotCount: number;
  inUseCount(): number;
  waitingCount(): number;
}

/** Builds the places of an instance. */
export function createCapacity(options: {
  readonly slotCount: number;
  readonly queueMax: number;
}): Capacity {
  const { slotCount, queueMax } = options;
  const waiting: (() => void)[] = [];
  let inUse = 0;
  return {
    slotCount,
    inUseCount: () => inUse,
    waitingCount: () => waiting.length,
    enter(criticality) {
      if (inUse < slotCount) {
        inUse++;
        return Promise.resolve();
      }
      if (waiting.length >= queueMax * QUEUE_SHARE[criticality]) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      return promise;
    },
    leave() {
      const next = waiting.shift();
      // The place passes on as it is; only when nobody waits it becomes free.
      if (next === undefined) inUse--;
      else next();
    },
  };
}
