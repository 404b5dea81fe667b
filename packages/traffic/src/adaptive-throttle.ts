/**
 * Client-side adaptive throttling, as in the SRE book, chapter 21, "Client-Side Throttling".
 *
 * Saying no costs a backend almost as much as a small yes, so a backend under heavy load may spend
 * all its time with refusals. The remedy is a client that remembers. It keeps, for the last two
 * minutes, how many requests its application wanted to make, and how many the backend accepted.
 * While all is well the two are equal. Once the application wants more than `K` times as much as is
 * accepted, the client refuses new requests by itself, without a packet, with the probability
 *
 *     max(0, (requests − K × accepts) / (requests + 1))
 *
 * Its own refusals count as requests too, so the harder the application pushes, the more is refused
 * here, and the backend sees about `K` times what it can accept, however great the demand. With
 * K = 2 it refuses one request for each that it accepts; with 1.1, one for each ten, but clients
 * then notice later that it is well again.
 *
 * Each criticality has counts of its own: when a backend sheds SHEDDABLE work, that must not make
 * the client hold back payments.
 *
 * One departure from the book: a request counts when its outcome is known, not when it is sent.
 * Else the first requests after a start, in flight with nothing accepted yet, would be taken for
 * refused ones, and a slow but healthy backend would be throttled for being slow. gRPC's
 * implementation does the same.
 */
import { CRITICALITIES, type Criticality } from './criticality.ts';
import { createSlidingCounts, type SlidingCounts } from './sliding-counts.ts';

/** What a throttle is built with. */
export interface AdaptiveThrottleOptions {
  /** Milliseconds since any start; must not go back. `() => performance.now()` in production. */
  readonly nowMs: () => number;
  /** A number in [0, 1). `Math.random` in production, a seeded one in tests. */
  readonly random: () => number;
  /**
   * How many times the accepted requests may be wanted before the client holds back: above 1.
   * Default 2 for all; give a lower one for what should be held back sooner.
   */
  readonly k?: Readonly<Partial<Record<Criticality, number>>>;
  /** How far back requests count; default two minutes, as in the book. */
  readonly windowMs?: number;
  /**
   * What stands under the fraction beside the requests; default 1, as in the book. With more,
   * such as 8, a client with few requests does not hold back after the first refusal.
   */
  readonly padding?: number;
}

/** What is known of one criticality within the window. */
export interface ThrottleCounts {
  /** Wanted by the application: those that the throttle refused included. */
  readonly requests: number;
  /** Accepted by the backend. */
  readonly accepts: number;
  /** How probably the next request is refused here. */
  readonly rejectProbability: number;
}

/** One for each backend; built by {@link createAdaptiveThrottle}. */
export interface AdaptiveThrottle {
  /**
   * Whether to send a request now. `false`: answer the application at once, as if the backend had
   * refused; it is counted. `true`: send, and call {@link AdaptiveThrottle.record} with the outcome.
   */
  admits(criticality: Criticality): boolean;
  /**
   * Records what became of a request that was sent. Not accepted means: the backend refused it for
   * lack of room (503, 429), or nobody answered at all. An answer that reports a fault of another
   * kind (400, 500) was accepted: the backend took it in and did work. A request that the
   * application itself called off says nothing of the backend; do not record it.
   */
  record(criticality: Criticality, isAccepted: boolean): void;
  /** The counts within the window, for metrics. */
  counts(criticality: Criticality): ThrottleCounts;
}

const K = 2;
/** Two minutes. */
const WINDOW_MS = 120_000;
/** What leaves the window at a time is 1/60 of it: two seconds of the default. */
const BUCKET_COUNT = 60;
const PADDING = 1;

/**
 * Builds the throttle of a client for one backend. Throws a RangeError where an option makes no
 * sense.
 *
 * ```ts
 * import { createAdaptiveThrottle } from '@nines/traffic';
 *
 * const throttle = createAdaptiveThrottle({
 *   nowMs: () => performance.now(),
 *   random: Math.random,
 *   k: { SHEDDABLE: 1.1 },
 * });
 *
 * async function pay(body: string): Promise<Response> {
 *   if (!throttle.admits('CRITICAL_PLUS')) return new Response('held back', { status: 503 });
 *   try {
 *     const answer = await fetch('http://pay.internal/payments', { method: 'POST', body });
 *     throttle.record('CRITICAL_PLUS', answer.status !== 503 && answer.status !== 429);
 *     return answer;
 *   } catch (error) {
 *     throttle.record('CRITICAL_PLUS', false);
 *     throw error;
 *   }
 * }
 * ```
 */
export function createAdaptiveThrottle(options: AdaptiveThrottleOptions): AdaptiveThrottle {
  const { nowMs, random, k = {}, windowMs = WINDOW_MS, padding = PADDING } = options;
  assertPositive('windowMs', windowMs);
  assertPositive('padding', padding);
  for (const [criticality, value] of Object.entries(k)) assertAboveOne(criticality, value);
  const countsOf = createCounts(windowMs);
  const counts = (criticality: Criticality): ThrottleCounts => {
    const { requests, accepts } = countsOf[criticality].sums(nowMs());
    const excess = requests - (k[criticality] ?? K) * accepts;
    return { requests, accepts, rejectProbability: Math.max(0, excess / (requests + padding)) };
  };
  return {
    admits(criticality) {
      const { rejectProbability } = counts(criticality);
      // While all is well no random number is drawn, so a seeded run stays comparable.
      if (rejectProbability === 0 || random() >= rejectProbability) return true;
      countsOf[criticality].add(nowMs(), 1, 0);
      return false;
    },
    record(criticality, isAccepted) {
      countsOf[criticality].add(nowMs(), 1, isAccepted ? 1 : 0);
    },
    counts,
  };
}

function createCounts(windowMs: number): Readonly<Record<Criticality, SlidingCounts>> {
  const create = (): SlidingCounts => createSlidingCounts(windowMs, BUCKET_COUNT);
  return {
    CRITICAL_PLUS: create(),
    CRITICAL: create(),
    SHEDDABLE_PLUS: create(),
    SHEDDABLE: create(),
  };
}

function assertPositive(name: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new RangeError(`${name} must be a positive number, got ${value}`);
}

/** At 1 or less the client would hold back from a backend that accepts everything. */
function assertAboveOne(criticality: string, value: number): void {
  if (!CRITICALITIES.some((one) => one === criticality)) {
    throw new RangeError(`k.${criticality} is no criticality; want ${CRITICALITIES.join(', ')}`);
  }
  if (value > 1 && value < Number.POSITIVE_INFINITY) return;
  throw new RangeError(`k.${criticality} must be a number above 1, got ${value}`);
}
