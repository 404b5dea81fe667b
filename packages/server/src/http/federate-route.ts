/** `/federate`: samples for a server one layer up. */
import type { FastifyInstance } from 'fastify';
import { LOOKBACK_MS, type Queryable } from '../promql/index.ts';
import type { Labels } from '../series/index.ts';
import { federate } from './federate.ts';
import { ApiParams } from './prometheus-params.ts';

export interface FederateRoute {
  /** Asked for by requests. */
  readonly queryable: () => Queryable;
  readonly now: () => number;
  /** `global.external_labels` of the configuration in force. */
  readonly externalLabels: () => Labels;
}

/** Mounts it. */
export function mountFederateRoute(server: FastifyInstance, options: FederateRoute): void {
  server.get('/federate', { config: { access: 'viewer' } }, async (request, reply) => {
    const allowsUtf8 = /escaping=allow-utf-8/.test(request.headers.accept ?? '');
    const text = federate({
      queryable: options.queryable(),
      selectors: new ApiParams(request.url, undefined).selectors(),
      nowMs: options.now(),
      lookbackMs: LOOKBACK_MS,
      externalLabels: options.externalLabels(),
      allowsUtf8,
    });
    reply.header('cache-control', 'no-store');
    reply.type(
      allowsUtf8
        ? 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8'
        : 'text/plain; version=0.0.4; charset=utf-8',
    );
    return text;
  });
}
