/** The demo's shop: a request goes from customers to the front, the cart and the pay service. */
import type { AlertSummary, Board, ServiceSummary } from '@nines/contract';

export const SHOP = ['front', 'cart', 'pay'] as const;
export type ShopService = (typeof SHOP)[number];

export function isOfShop(service: string | null): boolean {
  return SHOP.some((one) => one === service);
}

/** What the board says of one service of the shop; undefined before its first scrape. */
export function findShopService(
  board: Board | undefined,
  name: ShopService,
): ServiceSummary | undefined {
  return board?.services.find((service) => service.name === name);
}

export function ofShop(alerts: readonly AlertSummary[]): readonly AlertSummary[] {
  return alerts.filter(({ service }) => isOfShop(service));
}
