/** The stream of server-sent events. */
import { EVENTS_PATH } from '@nines/contract';
import type { FastifyInstance } from 'fastify';
import { isRoleEnough } from '../platform/index.ts';
import type { EventHub } from './event-hub.ts';
import { createTextStream, keepStream } from './event-stream.ts';
import type { Authenticate } from './server.ts';

export interface EventRouteOptions {
  /** Asked for by requests. */
  readonly hub: () => EventHub;
  readonly authenticate: Authenticate;
}

/** Mounts the stream; one connection for each open page. */
export function mountEventRoute(server: FastifyInstance, options: EventRouteOptions): void {
  const { hub, authenticate } = options;
  // A HEAD request would be a stream that nobody reads.
  server.get(
    EVENTS_PATH,
    { exposeHeadRoute: false, config: { access: 'viewer', isStream: true } },
    async (request, reply) => {
      const takesPages = isRoleEnough(request.actor?.role ?? 'viewer', 'responder');
      const stream = createTextStream({ request, reply }, authenticate);
      const login = request.actor?.name ?? '';
      keepStream(request, reply, hub().connect({ takesPages, login, ...stream }));
    },
  );
}
