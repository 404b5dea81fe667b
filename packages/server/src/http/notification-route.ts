/** `/api/v1/notifications`, once and live. */
import type { FastifyInstance } from 'fastify';
import { createTextStream, keepStream } from './event-stream.ts';
import type { NotificationHub } from './notification-hub.ts';
import { createMount, json } from './prometheus-answer.ts';
import type { Authenticate } from './server.ts';

export interface NotificationRouteOptions {
  /** Asked for by requests. */
  readonly notifications: () => NotificationHub;
  readonly authenticate: Authenticate;
}

/** Mounts both; a reader for whom there is no room is answered 204, as Prometheus does. */
export function mountNotificationRoutes(
  server: FastifyInstance,
  { notifications, authenticate }: NotificationRouteOptions,
): void {
  createMount(server)(
    'notifications',
    json(() => notifications().list()),
  );
  server.get(
    '/api/v1/notifications/live',
    { exposeHeadRoute: false, config: { access: 'viewer', isPrometheus: true, isStream: true } },
    async (request, reply) => {
      const leave = notifications().connect(createTextStream({ request, reply }, authenticate));
      if (leave === undefined) return reply.code(204).send();
      return keepStream(request, reply, leave);
    },
  );
}
