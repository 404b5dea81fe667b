/** Routes for machines that watch the process, as Prometheus has them. */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../platform/index.ts';
import { OPENMETRICS_TYPE, prefersOpenMetrics, TEXT_TYPE } from './metrics-format.ts';

export interface HealthOptions {
  /** Undefined: ready; else what is still missing. */
  readonly notReady: () => string | undefined;
  /** Reads the configuration again; throws `invalid` with all faults when it is refused. */
  readonly reload: () => Promise<void>;
  /** Nines' own metrics, in OpenMetrics or in Prometheus' text format. */
  readonly metrics: (isOpenMetrics: boolean) => Promise<string>;
}

/** Mounts `/-/healthy`, `/-/ready`, `/-/reload` and `/metrics`. */
export function mountHealthRoutes(server: FastifyInstance, options: HealthOptions): void {
  const open = { config: { access: 'public', answersAtStart: true } } as const;
  server.get('/-/healthy', open, async () => 'Nines is healthy.\n');
  server.get('/-/ready', open, async (_request, reply) => {
    const missing = options.notReady();
    if (missing === undefined) return 'Nines is ready.\n';
    return reply.code(503).send(`Nines is not ready: ${missing}.\n`);
  });
  const reload = async (): Promise<string> => {
    await options.reload();
    return 'reloaded\n';
  };
  const admin = { config: { access: 'admin' } } as const;
  server.post('/-/reload', admin, reload);
  server.put('/-/reload', admin, reload);
  server.get('/metrics', { config: { access: 'viewer' } }, async (request, reply) => {
    const isOpenMetrics = prefersOpenMetrics(request.headers.accept);
    reply.type(isOpenMetrics ? OPENMETRICS_TYPE : TEXT_TYPE).header('Vary', 'Accept');
    return options.metrics(isOpenMetrics);
  });
}

/** The error of a reload that was refused, faults and all. */
export function reloadRefused(faults: readonly string[]): AppError {
  const message = `the new configuration is refused, the last good one stays in force:\n${faults.join('\n')}`;
  return new AppError({ kind: 'invalid', code: 'CONFIG_REFUSED' }, message);
}
