/** What the HTTP server counts of itself. */
import { Counter, Histogram, type Registry } from 'prom-client';

export interface HttpMetrics {
  /** A request failed by a fault of ours. */
  noteBug(): void;
  noteAnswer(answer: {
    readonly method: string;
    /** The route's pattern, never the path: a scanner must not make a series of each guess. */
    readonly route: string;
    readonly status: number;
    /** Undefined: a stream, which takes as long as somebody reads. */
    readonly durationSeconds: number | undefined;
  }): void;
}

/** From an answer out of memory to a query that runs into its bound. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** Adds the metrics to a registry. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const bugs = new Counter({
    name: 'nines_http_bugs_total',
    help: 'Requests that failed by a fault in Nines.',
    registers: [registry],
  });
  const requests = new Counter({
    name: 'nines_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'route', 'code'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'nines_http_request_duration_seconds',
    help: 'How long answers took, streams of events left out.',
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  return {
    noteBug: () => bugs.inc(),
    noteAnswer({ method, route, status, durationSeconds }) {
      requests.inc({ method, route, code: status });
      if (durationSeconds !== undefined) durations.observe(durationSeconds);
    },
  };
}
