/** Bounds of the whole program, and why each is what it is. */
import type { QueryLimits } from '../promql/index.ts';

/**
 * Queries run in the thread that also scrapes, evaluates rules and sends pages, and while one runs
 * nothing else does. So a query may take seconds, not Prometheus' two minutes: 60 million samples
 * are about three seconds of decoding, and are 30 days of 15 s samples of 350 series. Queries in
 * threads of their own will lift this (docs/adr/0010-queries-share-the-main-thread.md).
 */
export const QUERY_LIMITS: Partial<QueryLimits> = {
  readSamplesMax: 60_000_000,
  heldSamplesMax: 20_000_000,
  timeoutMs: 5_000,
};
/** The shop answers when what was asked has happened; an instance takes up to 15 s to start. */
export const DEMO_TIMEOUT_MS = 20_000;
/** Its state is a few hundred bytes. */
export const DEMO_ANSWER_BYTES_MAX = 64 * 1024;
/** It has four. */
export const DEMO_FAULTS_MAX = 100;
