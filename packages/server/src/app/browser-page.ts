/** Messages to people in open browsers, and how each went there. */
import type { BrowserPage } from '@nines/contract';
import type { EventHub } from '../http/index.ts';
import type { BrowserHub, Message } from '../notify/index.ts';

/** Attempts whose way is remembered until alerts ask; they ask right after each. */
const REMEMBERED_MAX = 100;

/** How one attempt went. */
export interface BrowserHops {
  readonly handedAtMs: number;
  readonly openCount: number;
  readonly shownAtMs: number | undefined;
}

export interface BrowserChannel extends BrowserHub {
  /** How the last attempt at a page went; forgotten by asking. */
  takeHops(pageId: string): BrowserHops | undefined;
}

/** Puts the notifier's browser channel on the hub. */
export function createBrowserChannel(
  hub: Pick<EventHub, 'deliver' | 'takerCount'>,
): BrowserChannel {
  const hops = new Map<string, BrowserHops>();
  return {
    openCount: () => hub.takerCount(),
    async deliver(message, login) {
      const { openCount, confirmedCount, handedAt, shownAt } = await hub.deliver(
        toBrowserPage(message),
        login,
      );
      const [oldest] = hops.keys();
      if (hops.size >= REMEMBERED_MAX && oldest !== undefined) hops.delete(oldest);
      hops.set(message.pageId, { openCount, handedAtMs: handedAt, shownAtMs: shownAt });
      return { openCount, confirmedCount };
    },
    takeHops(pageId) {
      const found = hops.get(pageId);
      hops.delete(pageId);
      return found;
    },
  };
}

function toBrowserPage({ pageId, isTest, title, body, alert }: Message): BrowserPage {
  return {
    id: pageId,
    alertId: alert.id,
    title,
    body,
    service: alert.service ?? null,
    firedAt: alert.firedAtMs,
    ...(isTest && { isTest }),
  };
}
