/**
 * The shop: `front` is what customers see, `cart` knows what they want, `pay` takes their money.
 * Each request of front goes on to cart, and each order from there to pay.
 */
import type { Backend } from './backend.ts';
import type { Convention } from './metrics.ts';
import { NO_PLACE, type Route } from './service.ts';

export interface ServicePlan {
  readonly version: string;
  readonly convention: Convention;
  /** Requests in work at a time, of each instance. */
  readonly slotCount: number;
  readonly queueMax: number;
  readonly backends: readonly string[];
  routes(backend: (name: string) => Backend): readonly Route[];
}

const OK = 200;
const CREATED = 201;
const FAILED = 500;
const BACKEND_FAILED = 502;
const TIMED_OUT = 504;

/** What a service answers when its backend did not do what the answer needs. */
function passOn(status: number, success: number): number {
  if (status < 300) return success;
  return status === NO_PLACE || status === TIMED_OUT ? status : BACKEND_FAILED;
}
const PASSED_ON = [NO_PLACE, BACKEND_FAILED, TIMED_OUT];

/** The services by name. */
export const SERVICES: Readonly<Record<string, ServicePlan>> = {
  front: {
    version: '2.4.0',
    convention: 'prom-client',
    slotCount: 7,
    queueMax: 24,
    backends: ['cart'],
    // Customers say nothing of criticality, nor would it be believed: it is set here, by route.
    routes: (backend) => [
      {
        method: 'GET',
        route: '/products/:id',
        pattern: /^\/products\/\d+$/,
        criticality: 'CRITICAL',
        workMsMedian: 45,
        statuses: [OK, FAILED, NO_PLACE],
        async answer() {
          // The cart's badge in the corner: a page without it is still a page.
          await backend('cart').call('GET', '/carts/1', 'SHEDDABLE_PLUS');
          return OK;
        },
      },
      {
        method: 'POST',
        route: '/cart',
        pattern: /^\/cart$/,
        criticality: 'CRITICAL',
        workMsMedian: 20,
        statuses: [OK, FAILED, ...PASSED_ON],
        answer: async () => passOn(await backend('cart').call('POST', '/carts/1/items'), OK),
      },
      {
        method: 'POST',
        route: '/checkout',
        pattern: /^\/checkout$/,
        criticality: 'CRITICAL_PLUS',
        workMsMedian: 25,
        statuses: [CREATED, FAILED, ...PASSED_ON],
        answer: async () => passOn(await backend('cart').call('POST', '/orders'), CREATED),
      },
    ],
  },
  cart: {
    version: '1.9.2',
    convention: 'opentelemetry',
    slotCount: 3,
    queueMax: 4,
    backends: ['pay'],
    routes: (backend) => [
      {
        method: 'GET',
        route: '/carts/:id',
        pattern: /^\/carts\/\d+$/,
        workMsMedian: 30,
        statuses: [OK, FAILED, NO_PLACE],
        answer: () => OK,
      },
      {
        method: 'POST',
        route: '/carts/:id/items',
        pattern: /^\/carts\/\d+\/items$/,
        workMsMedian: 18,
        statuses: [OK, FAILED, NO_PLACE],
        answer: () => OK,
      },
      {
        method: 'POST',
        route: '/orders',
        pattern: /^\/orders$/,
        workMsMedian: 25,
        statuses: [CREATED, FAILED, ...PASSED_ON],
        answer: async () => passOn(await backend('pay').call('POST', '/payments'), CREATED),
      },
    ],
  },
  pay: {
    version: '3.1.0',
    convention: 'prom-client',
    slotCount: 3,
    queueMax: 8,
    backends: [],
    routes: () => [
      {
        method: 'POST',
        route: '/payments',
        pattern: /^\/payments$/,
        workMsMedian: 70,
        statuses: [CREATED, FAILED, NO_PLACE],
        answer: () => CREATED,
      },
    ],
  },
};
