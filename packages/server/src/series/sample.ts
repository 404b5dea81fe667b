/**
 * Samples, and the marker that ends a series.
 *
 * A sample is a time in milliseconds and a float64. When a series vanishes from its target, a
 * marker is written that queries understand as "nothing from here": a NaN with one exact payload
 * (Prometheus, model/value/value.go). V8 may quiet any NaN that passes through a JavaScript number
 * held in an ordinary array or used in arithmetic, and the payload is lost. So the marker is only
 * ever written and recognised as bits, through a Uint32Array over the same buffer as the values.
 */

import type { Histogram } from './histogram/histogram.ts';

/** Low and high word of the staleness marker 0x7ff0000000000002. */
export const STALE_LOW = 0x00000002;
export const STALE_HIGH = 0x7ff00000;

/** Timestamps and values of one series, in order of time. */
export interface Samples {
  /** How many entries of the arrays are in use. */
  readonly count: number;
  /** Epoch milliseconds, rising strictly. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`: entry i is `bits[2 * i]` (low) and `bits[2 * i + 1]` (high). */
  readonly bits: Uint32Array;
  /**
   * Parallel to `values`: where one is defined, the sample is a native histogram and its value says
   * nothing. Absent where all are floats. A staleness marker is a float, also between histograms.
   */
  readonly histograms?: readonly (Histogram | undefined)[];
}

/** Makes room for a number of samples; `count` starts at 0 and is the caller's to raise. */
export function createSamples(capacity: number): {
  count: number;
  timesMs: Float64Array;
  values: Float64Array;
  bits: Uint32Array;
} {
  const values = new Float64Array(capacity);
  return {
    count: 0,
    timesMs: new Float64Array(capacity),
    values,
    bits: new Uint32Array(values.buffer),
  };
}

/** Whether the value at an index is the staleness marker (little-endian hosts, as all of ours). */
export function isStale(bits: Uint32Array, index: number): boolean {
  return bits[2 * index + 1] === STALE_HIGH && bits[2 * index] === STALE_LOW;
}

/** Writes the staleness marker at an index. */
export function setStale(bits: Uint32Array, index: number): void {
  bits[2 * index] = STALE_LOW;
  bits[2 * index + 1] = STALE_HIGH;
}
