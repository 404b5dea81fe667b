/**
 * `/probe`, as blackbox_exporter answers it, so that a Prometheus' configuration that asks there
 * asks here with another address.
 */
import type { FastifyInstance } from 'fastify';
import { AppError, invalid } from '../platform/index.ts';

/** What a probe came to, as far as the answer tells it. */
interface ProbeAnswer {
  readonly metrics: string;
  readonly lines: readonly string[];
}

export interface ProbeRoute {
  /** Runs a probe; throws `PROBE_MODULE_UNKNOWN` and the like. */
  ask(request: {
    readonly target: string;
    readonly module: string;
    readonly hostname?: string;
    readonly timeoutMs?: number;
    readonly signal: AbortSignal;
  }): Promise<ProbeAnswer>;
}

const BAD_REQUEST = 400;
/** What the network takes of a scrape's time; blackbox_exporter's default. */
const OFFSET_MS = 500;

/** Mounts it. Whoever may ask makes this server send requests, so to look is not enough. */
export function mountProbeRoute(server: FastifyInstance, probes: ProbeRoute): void {
  server.get('/probe', { config: { access: 'responder' } }, async (request, reply) => {
    const params = new URL(request.url, 'http://localhost').searchParams;
    const hostname = params.get('hostname') ?? '';
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('nobody waits for the answer any more')));
    reply.header('cache-control', 'no-store');
    const timeoutMs = readTimeout(request.headers['x-prometheus-scrape-timeout-seconds']);
    try {
      const answer = await probes.ask({
        target: params.get('target') ?? '',
        module: params.get('module') || 'http_2xx',
        signal: gone.signal,
        ...(hostname !== '' && { hostname }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      });
      if (params.get('debug') === 'true') {
        reply.type('text/plain; charset=utf-8');
        return formatDebug(answer);
      }
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return answer.metrics;
    } catch (error) {
      // Its clients know 400 with a sentence, and no other.
      if (!(error instanceof AppError) || error.kind === 'limitExceeded') throw error;
      reply.code(BAD_REQUEST).type('text/plain; charset=utf-8');
      return `${error.message}\n`;
    }
  });
}

function readTimeout(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const text = String(header);
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) {
    throw invalid('PROBE_TIMEOUT_INVALID', `"${text}" is not a number of seconds`);
  }
  const timeoutMs = seconds * 1000 - OFFSET_MS;
  return timeoutMs > 0 ? timeoutMs : undefined;
}

function formatDebug({ lines, metrics }: ProbeAnswer): string {
  return `Logs for the probe:\n${lines.join('\n')}\n\n\n\nMetrics that would have been returned:\n${metrics}`;
}
