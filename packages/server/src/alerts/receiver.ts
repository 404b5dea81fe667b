/** Alerts as they come in over HTTP, from the body to what is on disk. */
import type { Clock } from '../platform/index.ts';
import type { TakeReport } from './external.ts';
import { type ExternalAlert, readNotification, readPostedAlerts } from './external-body.ts';
import { NOTIFIED_HOLDS_MS, RESOLVE_TIMEOUT_MS } from './limits.ts';

/** Who sends a request. */
export interface From {
  readonly address: string;
  readonly userAgent: string;
}

/**
 * Both answer the faults of alerts that were left out, the others being on disk. They throw
 * `ALERTS_BODY_INVALID`, `ALERTS_BUSY`, `ALERTS_TOO_MANY_OPEN`.
 */
export interface AlertReceiver {
  /** `POST /api/v2/alerts` of Alertmanager's API. */
  takePosted(body: unknown, from: From): Promise<readonly string[]>;
  /** Alertmanager's webhook. */
  takeNotified(body: unknown, from: From): Promise<readonly string[]>;
}

/** Builds it. */
export function createReceiver(options: {
  readonly take: TakeReport;
  readonly clock: Clock;
}): AlertReceiver {
  const { take, clock } = options;
  return {
    async takePosted(body, from) {
      const { alerts, faults } = readPostedAlerts(body);
      const url = alerts.find(hasGenerator)?.annotations.generator_url ?? '';
      const sender = describeSender(from, { product: 'a program', url });
      await take({ sender, alerts, holdsMs: RESOLVE_TIMEOUT_MS });
      return faults;
    },
    async takeNotified(body, from) {
      const { alerts, faults, externalUrl } = readNotification(body, clock.now());
      const sender = describeSender(from, { product: 'Alertmanager', url: externalUrl });
      await take({ sender, alerts, holdsMs: NOTIFIED_HOLDS_MS });
      return faults;
    },
  };
}

function hasGenerator({ annotations }: ExternalAlert): boolean {
  return annotations.generator_url !== undefined;
}

/** `Prometheus at 10.0.0.7 (prometheus.example:9090)`. */
function describeSender(
  { address, userAgent }: From,
  otherwise: { readonly product: string; readonly url: string },
): string {
  const product = /^[A-Za-z][\w.-]{0,39}(?=\/|$)/.exec(userAgent)?.[0] ?? otherwise.product;
  const host = URL.parse(otherwise.url)?.host ?? '';
  // An IPv4 address as an IPv6 socket shows it.
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return `${product} at ${plain}${host === '' || host.length > 253 ? '' : ` (${host})`}`;
}
