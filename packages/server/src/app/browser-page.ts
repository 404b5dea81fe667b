/** A message to a person, as an open browser shows it. */
import type { BrowserPage } from '@nines/contract';
import type { Message } from '../notify/index.ts';

/** Makes what is sent to the browser. */
export function toBrowserPage({ pageId, title, body, alert }: Message): BrowserPage {
  return {
    id: pageId,
    alertId: alert.id,
    title,
    body,
    service: alert.service ?? null,
    firedAt: alert.firedAtMs,
  };
}
