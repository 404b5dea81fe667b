/**
 * Criticality: what a request is worth when not all can be served.
 *
 * Four values are enough, says the SRE book (chapter 21), and each has a plain meaning that two
 * teams read alike. It is set once, where a request enters the system, and travels with everything
 * that is asked on its behalf; so a backend under load knows which of two equal calls a person is
 * waiting for. It says nothing of speed: a batch job may be critical, a click may be sheddable.
 */

/**
 * From the most to the least important.
 *
 * - `CRITICAL_PLUS`: losing it is serious and seen by users at once, such as a payment.
 * - `CRITICAL`: losing it is seen by users, but less serious; the default of all production work.
 *   Capacity is planned for these two.
 * - `SHEDDABLE_PLUS`: losing it for some minutes is expected; the default of batch work.
 * - `SHEDDABLE`: losing it often, now and then wholly, is expected.
 */
export const CRITICALITIES = ['CRITICAL_PLUS', 'CRITICAL', 'SHEDDABLE_PLUS', 'SHEDDABLE'] as const;

/** What a request is worth; see {@link CRITICALITIES}. */
export type Criticality = (typeof CRITICALITIES)[number];

/** The header that carries it from service to service. There is no standard; this is ours. */
export const CRITICALITY_HEADER = 'x-criticality';

/**
 * Reads a criticality that came from outside the process: a header's value, or what a configuration
 * says. What is missing, repeated or not one of the four counts as the fallback. It never throws: a
 * caller that writes nonsense into a header is served, as what most callers are.
 *
 * Only believe it of callers that you own. Where requests enter the system the header is the
 * customer's word, and all would say `CRITICAL_PLUS`: set it there by route instead.
 *
 * ```ts
 * import { CRITICALITY_HEADER, readCriticality } from '@nines/traffic';
 *
 * const headers: Record<string, string | string[] | undefined> = { 'x-criticality': 'SHEDDABLE' };
 * readCriticality(headers[CRITICALITY_HEADER]); // 'SHEDDABLE'
 * readCriticality(headers['x-other']); // 'CRITICAL'
 * readCriticality('urgent!!', 'SHEDDABLE_PLUS'); // 'SHEDDABLE_PLUS'
 * ```
 */
export function readCriticality(value: unknown, fallback: Criticality = 'CRITICAL'): Criticality {
  return CRITICALITIES.find((one) => one === value) ?? fallback;
}

/**
 * The less important of two. Use it for a part of the work that the answer can do without, so that
 * the part never counts for more than the request that it belongs to.
 *
 * ```ts
 * import { type Criticality, lowerCriticality } from '@nines/traffic';
 *
 * // Recommendations beside a product: nice to have, and worth even less within batch work.
 * const ofRequest: Criticality = 'CRITICAL';
 * lowerCriticality(ofRequest, 'SHEDDABLE_PLUS'); // 'SHEDDABLE_PLUS'
 * lowerCriticality('SHEDDABLE', 'SHEDDABLE_PLUS'); // 'SHEDDABLE'
 * ```
 */
export function lowerCriticality(a: Criticality, b: Criticality): Criticality {
  return CRITICALITIES.indexOf(a) > CRITICALITIES.indexOf(b) ? a : b;
}
