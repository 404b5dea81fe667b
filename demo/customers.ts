/**
 * The customers: they come independently of one another (a Poisson process) and do not care how the
 * shop is. That is what makes overload real: a slow shop does not slow them down.
 */
import { Agent, request } from 'node:http';
import type { Clock, Random, Timer } from '../packages/server/src/platform/index.ts';
import { drawWaitMs } from './shop/chance.ts';

/** Of customers who wait for an answer; more leave at once. */
const WAITING_MAX = 300;
/** Then a customer gives up. */
const PATIENCE_MS = 5_000;
/** For those who still wait for an answer when the shop closes: so does whoever pressed Ctrl-C. */
const LEAVE_TIMEOUT_MS = 2_000;

/** What they do, with the share of those who do this or something before it. */
const WISHES = [
  { upTo: 0.45, method: 'GET', path: '/products/7' },
  { upTo: 0.7, method: 'POST', path: '/cart' },
  { upTo: 1, method: 'POST', path: '/checkout' },
];

export interface Customers {
  /** Lets so many come per second from now on; 0: nobody. */
  setRate(perSecond: number): void;
  /** Sends all home and waits until the last has its answer. */
  stop(): Promise<void>;
}

/** Builds the crowd before a shop's door; nobody comes yet. */
export function createCustomers(options: {
  readonly frontUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}): Customers {
  const { frontUrl, clock, random } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: WAITING_MAX });
  let rate = 0;
  let timer: Timer | undefined;
  let dueMs = 0;
  let waiting = 0;
  let onEmpty = (): void => {};

  const visit = (): void => {
    if (waiting >= WAITING_MAX) return;
    const mood = random.float();
    const wish = WISHES.find(({ upTo }) => mood < upTo) ?? WISHES[0];
    waiting++;
    const outgoing = request(frontUrl + wish.path, { method: wish.method, agent });
    outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy());
    // A customer who gets no answer is counted by the shop or, if it is gone, by nobody.
    outgoing.on('error', () => {});
    outgoing.on('response', (response) => response.on('error', () => {}).resume());
    outgoing.on('close', () => {
      waiting--;
      if (waiting === 0) onEmpty();
    });
    outgoing.end();
  };
  const waitForNext = (): void => {
    timer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      dueMs += drawWaitMs(random, rate);
      visit();
      waitForNext();
    });
  };
  return {
    setRate(perSecond) {
      rate = perSecond;
      timer?.cancel();
      if (rate === 0) return;
      dueMs = clock.monotonicMs() + drawWaitMs(random, rate);
      waitForNext();
    },
    async stop() {
      rate = 0;
      timer?.cancel();
      const { promise, resolve } = Promise.withResolvers<void>();
      onEmpty = resolve;
      const limit = clock.after(LEAVE_TIMEOUT_MS, resolve);
      if (waiting > 0) await promise;
      limit.cancel();
      agent.destroy();
    },
  };
}
