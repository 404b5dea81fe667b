/**
 * Services that nobody has told the server about but by their address: one with prom-client as it
 * comes, one with OpenTelemetry's names, and node_exporter where this machine has it. Their traffic
 * is known, so that what the server makes of it can be held against it.
 */
import type { ServiceSignals, SignalKind } from '@nines/contract';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createServer, type Server } from 'node:http';
import { closeServer, listen, startExporter } from '../harness/exporter.ts';
import { startNodeExporter } from '../harness/peers.ts';

export const REQUESTS_PER_SECOND = 100;
export const FAILED_RATIO = 0.05;
/** The bucket that the 99th percentile lies in: three in a hundred take 1.5 s. */
export const P99_BUCKET = { fromSeconds: 1, toSeconds: 2.5 };

const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface UnknownServices {
  /** nines.yaml with a job for each, and nothing else. */
  readonly config: string;
  readonly names: readonly string[];
  stop(): Promise<void>;
}

/** Starts them; their traffic begins at once. */
export async function startUnknownServices(): Promise<UnknownServices> {
  const startedMs = performance.now();
  // A hundred at once, so that five in a hundred fail between any two scrapes.
  const requestsSoFar = (): number =>
    Math.floor((performance.now() - startedMs) / 1000) * REQUESTS_PER_SECOND;
  const node = await listenWithPromClient(requestsSoFar);
  const otel = await startExporter(() => formatOpenTelemetryPage(requestsSoFar()));
  const host = await startNodeExporter();
  const targets: Readonly<Record<string, string | undefined>> = {
    'with-prom-client': node.address,
    'with-opentelemetry': otel.address,
    'with-node-exporter': host?.url.slice('http://'.length),
  };
  const known = Object.entries(targets).filter(([, address]) => address !== undefined);
  const jobs = known.map(
    ([name, address]) =>
      `  - { job_name: ${name}, static_configs: [{ targets: ['${address}'] }] }\n`,
  );
  return {
    config: `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${jobs.join('')}`,
    names: known.map(([name]) => name),
    async stop() {
      await closeServer(node.server);
      await otel.stop();
      await host?.stop();
    },
  };
}

/** Of each hundred requests five fail, and three others are slow. */
function describeRequest(index: number): { readonly failed: boolean; readonly seconds: number } {
  const place = index % 100;
  return { failed: place < 100 * FAILED_RATIO, seconds: place >= 97 ? 1.5 : 0.03 };
}

/** As a service of Node.js does it: default metrics, one histogram, `/metrics`. */
async function listenWithPromClient(
  requestsSoFar: () => number,
): Promise<{ readonly server: Server; readonly address: string }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status_code'],
    registers: [registry],
  });
  let counted = 0;
  const server = createServer((_request, response) => {
    for (const total = requestsSoFar(); counted < total; counted++) {
      const { failed, seconds } = describeRequest(counted);
      const labels = { method: 'GET', route: '/', status_code: failed ? '503' : '200' };
      durations.observe(labels, seconds);
    }
    void registry.metrics().then((text) => {
      response.setHeader('content-type', registry.contentType).end(text);
    });
  });
  return { server, address: `127.0.0.1:${await listen(server)}` };
}

/** As a collector's exporter for Prometheus writes what the SDK sends it. */
function formatOpenTelemetryPage(total: number): string {
  const name = 'http_server_request_duration_seconds';
  const lines = [`# HELP ${name} Duration of HTTP server requests.`, `# TYPE ${name} histogram`];
  for (const status of ['200', '503']) {
    const own = Array.from({ length: total }, (_, i) => describeRequest(i)).filter(
      ({ failed }) => failed === (status === '503'),
    );
    const labels =
      `http_request_method="GET",http_response_status_code="${status}",http_route="/",` +
      'network_protocol_version="1.1",url_scheme="http"';
    for (const bound of BOUNDS_SECONDS) {
      const count = own.filter(({ seconds }) => seconds <= bound).length;
      lines.push(`${name}_bucket{${labels},le="${bound}"} ${count}`);
    }
    lines.push(
      `${name}_bucket{${labels},le="+Inf"} ${own.length}`,
      `${name}_count{${labels}} ${own.length}`,
      `${name}_sum{${labels}} ${own.reduce((sum, { seconds }) => sum + seconds, 0)}`,
    );
  }
  return [
    ...lines,
    '# TYPE target_info gauge',
    'target_info{service_name="cart",service_version="2.1.0",telemetry_sdk_language="nodejs"} 1',
    '# TYPE nodejs_eventloop_utilization_ratio gauge',
    'nodejs_eventloop_utilization_ratio 0.35',
    '',
  ].join('\n');
}

/** The value of a kind's line now; undefined where there is none. */
export function findValue(
  { signals }: ServiceSignals,
  kind: SignalKind,
  line: string,
): number | undefined {
  const lines = signals.filter((signal) => signal.kind === kind).flatMap((signal) => signal.lines);
  return lines.find(({ name, value }) => name === line && value !== null)?.value ?? undefined;
}
