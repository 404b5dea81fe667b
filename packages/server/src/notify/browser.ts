/** Delivers a message to the open pages of signed-in people. */
import type { Clock } from '../platform/index.ts';
import { BROWSER_TIMEOUT_MS } from './limits.ts';
import type { BrowserHub, Message, Outcome } from './model.ts';

/** Makes one attempt. Delivered is what at least one open page has confirmed. */
export async function deliverToBrowser(
  message: Message,
  context: {
    readonly hub: BrowserHub;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    /** Whose pages alone it goes to; undefined: everybody's. */
    readonly login?: string | undefined;
  },
): Promise<Outcome> {
  const { hub, clock, signal, login } = context;
  const retry = (reason: string, mayHaveArrived = true): Outcome => ({
    state: 'retry',
    reason,
    retryAfterMs: undefined,
    mayHaveArrived,
  });
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<Outcome>();
  const timer = clock.after(BROWSER_TIMEOUT_MS, () =>
    giveUp(retry('the open pages do not answer')),
  );
  const stop = (): void => giveUp(retry('Nines was stopped meanwhile'));
  signal.addEventListener('abort', stop, { once: true });
  const delivery = hub.deliver(message, login).then(({ openCount, confirmedCount }): Outcome => {
    if (confirmedCount > 0) {
      return { state: 'delivered', reason: `to ${countPages(confirmedCount)}` };
    }
    if (openCount === 0) {
      const whose = login === undefined ? '' : `${login} has `;
      const none = login === undefined ? 'no page of Nines is open' : 'no page of Nines open';
      return retry(`${whose}${none} in a browser`, false);
    }
    return retry(`${countPages(openCount)} did not confirm it`);
  });
  try {
    if (signal.aborted) stop();
    return await Promise.race([gaveUp, delivery]);
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', stop);
    // Whoever lost the race may still fail, with nobody listening.
    delivery.catch(() => {});
  }
}

/** Open pages in a sentence. */
export function countPages(count: number): string {
  return `${count} open page${count === 1 ? '' : 's'}`;
}
