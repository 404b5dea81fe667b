/**
 * How often two things happened within the last so many milliseconds, in constant memory: a ring of
 * buckets, each for an equal part of the window. What happened leaves a bucket at a time, so a count
 * covers between the window and a bucket less; 60 buckets make that 1.7 %.
 *
 * Invariant: `sums` are the sums of all buckets that are still within the window.
 */

/** Counts of requests and accepts over a window that moves along. */
export interface SlidingCounts {
  /** Adds to the bucket of now. */
  add(nowMs: number, requests: number, accepts: number): void;
  /** The sums over the window that ends now. */
  sums(nowMs: number): { readonly requests: number; readonly accepts: number };
}

/** Builds counts over a window of `bucketCount` equal parts. */
export function createSlidingCounts(windowMs: number, bucketCount: number): SlidingCounts {
  const bucketMs = windowMs / bucketCount;
  const requestsOf = new Float64Array(bucketCount);
  const acceptsOf = new Float64Array(bucketCount);
  const total = { requests: 0, accepts: 0 };
  let newest = Number.NEGATIVE_INFINITY;

  /** Empties the buckets that time has passed since; a clock that goes back moves nothing. */
  const moveTo = (nowMs: number): void => {
    const wanted = Math.floor(nowMs / bucketMs);
    if (wanted <= newest) return;
    const first = Math.max(newest + 1, wanted - bucketCount + 1);
    for (let at = first; at <= wanted; at++) {
      // JavaScript's remainder is negative for a clock that began before zero.
      const index = ((at % bucketCount) + bucketCount) % bucketCount;
      total.requests -= requestsOf[index];
      total.accepts -= acceptsOf[index];
      requestsOf[index] = 0;
      acceptsOf[index] = 0;
    }
    newest = wanted;
  };
  return {
    add(nowMs, requests, accepts) {
      moveTo(nowMs);
      const index = ((newest % bucketCount) + bucketCount) % bucketCount;
      requestsOf[index] += requests;
      acceptsOf[index] += accepts;
      total.requests += requests;
      total.accepts += accepts;
    },
    sums(nowMs) {
      moveTo(nowMs);
      return { ...total };
    },
  };
}
