/**
 * What an instance tells of itself, by one of two conventions, so that the demo shows both: the
 * names that prom-client's users write, and those of OpenTelemetry's Prometheus exporter.
 *
 * Every series that can appear exists from the start, at zero: a counter that begins at 1 hides the
 * first request from everybody who looks at its increase.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { CRITICALITIES } from '@nines/traffic';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Capacity } from './capacity.ts';

export type Convention = 'prom-client' | 'opentelemetry';

/** What became of a call to a backend. */
export const CALL_OUTCOMES = ['answered', 'refused', 'failed', 'held_back'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export interface ServedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

export interface Metrics {
  readonly contentType: string;
  /** The text of a scrape. The request counts in it are those of the moment of the call. */
  collect(): Promise<string>;
  observe(request: ServedRequest, seconds: number): void;
  countCall(backend: string, criticality: string, outcome: CallOutcome): void;
}

export interface MetricsOptions {
  readonly service: string;
  readonly instance: string;
  readonly version: string;
  readonly convention: Convention;
  readonly capacity: Capacity;
  readonly served: readonly ServedRequest[];
  readonly backends: readonly string[];
  /** Requests that the request log had no room for. */
  readonly leftOutCount: () => number;
}

const PROM_CLIENT_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** The specification's advice for HTTP durations. */
const OTEL_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const NANOSECONDS = 1e9;

/** Builds an instance's metrics in a registry of its own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const observe =
    options.convention === 'prom-client'
      ? addPromClientMetrics(registry, options)
      : addOpenTelemetryMetrics(registry, options);
  addCapacityMetrics(registry, options);
  const calls = new Counter({
    name: 'backend_requests_total',
    help: 'Calls that this instance wanted to make, by what became of them.',
    labelNames: ['backend', 'criticality', 'outcome'],
    registers: [registry],
  });
  for (const backend of options.backends) {
    for (const criticality of CRITICALITIES) {
      for (const outcome of CALL_OUTCOMES) calls.inc({ backend, criticality, outcome }, 0);
    }
  }
  return {
    contentType: registry.contentType,
    collect: async () => registry.metrics(),
    observe,
    countCall: (backend, criticality, outcome) => calls.inc({ backend, criticality, outcome }),
  };
}

function addPromClientMetrics(registry: Registry, options: MetricsOptions): Metrics['observe'] {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: `${options.service}_build_info`,
    help: 'The version that runs; always 1.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: options.version }, 1);
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status_code'],
    buckets: PROM_CLIENT_BUCKETS,
    registers: [registry],
  });
  const labelsOf = ({ method, route, status }: ServedRequest) => ({
    method,
    route,
    status_code: String(status),
  });
  for (const request of options.served) durations.zero(labelsOf(request));
  return (request, seconds) => durations.observe(labelsOf(request), seconds);
}

function addOpenTelemetryMetrics(registry: Registry, options: MetricsOptions): Metrics['observe'] {
  new Gauge({
    name: 'target_info',
    help: 'Target metadata',
    labelNames: ['service_name', 'service_version', 'service_instance_id'],
    registers: [registry],
  }).set(
    {
      service_name: options.service,
      service_version: options.version,
      service_instance_id: options.instance,
    },
    1,
  );
  addOpenTelemetryRuntime(registry);
  const durations = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP server requests.',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
    buckets: OTEL_BUCKETS,
    registers: [registry],
  });
  const labelsOf = ({ method, route, status }: ServedRequest) => ({
    http_request_method: method,
    http_route: route,
    http_response_status_code: String(status),
  });
  for (const request of options.served) durations.zero(labelsOf(request));
  return (request, seconds) => durations.observe(labelsOf(request), seconds);
}

/** What OpenTelemetry's runtime instrumentation for Node tells, as far as a page can use it. */
function addOpenTelemetryRuntime(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let lastUsage = performance.eventLoopUtilization();
  addGauge(registry, {
    name: 'nodejs_eventloop_delay_p99_seconds',
    help: 'Event loop 99 percentile delay.',
    read() {
      const seconds = delay.percentile(99) / NANOSECONDS;
      delay.reset();
      return seconds;
    },
  });
  addGauge(registry, {
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Event loop utilization.',
    read() {
      const usage = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(usage, lastUsage);
      lastUsage = usage;
      return utilization;
    },
  });
  addGauge(registry, {
    name: 'v8js_memory_heap_used_bytes',
    help: 'Heap memory size allocated.',
    read: () => getHeapStatistics().used_heap_size,
  });
  addGauge(registry, {
    name: 'v8js_memory_heap_limit_bytes',
    help: 'Total heap memory size pre-allocated.',
    read: () => getHeapStatistics().heap_size_limit,
  });
}

function addCapacityMetrics(registry: Registry, options: MetricsOptions): void {
  const { capacity } = options;
  const gauges = [
    {
      name: 'shop_slots',
      help: 'Requests that can be in work at a time.',
      read: () => capacity.slotCount,
    },
    { name: 'shop_slots_in_use', help: 'Requests in work.', read: () => capacity.inUseCount() },
    {
      name: 'shop_queue_length',
      help: 'Requests that wait for a slot.',
      read: () => capacity.waitingCount(),
    },
    {
      name: 'shop_request_log_left_out',
      help: 'Requests that the request log had no room for.',
      read: options.leftOutCount,
    },
  ];
  for (const gauge of gauges) addGauge(registry, gauge);
}

function addGauge(
  registry: Registry,
  what: { readonly name: string; readonly help: string; readonly read: () => number },
): void {
  new Gauge({
    name: what.name,
    help: what.help,
    registers: [registry],
    collect() {
      this.set(what.read());
    },
  });
}
