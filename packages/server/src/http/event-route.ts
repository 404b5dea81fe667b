/** The stream of server-sent events. */
import { EVENTS_PATH } from '@nines/contract';
import type { FastifyInstance } from 'fastify';
import { isRoleEnough } from '../platform/index.ts';
import type { EventHub } from './event-hub.ts';
import { type Authenticate, readCredentials } from './server.ts';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Tells nginx to pass events on as they come.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

export interface EventRouteOptions {
  readonly hub: EventHub;
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
      const { raw } = reply;
      const credentials = readCredentials(request.raw);
      const role = request.actor?.role ?? 'viewer';
      const leave = hub.connect({
        takesPages: isRoleEnough(role, 'responder'),
        write: (text) => {
          // Not before the hub has accepted the stream: a refusal is an ordinary error answer.
          if (!raw.headersSent) raw.writeHead(200, STREAM_HEADERS);
          raw.write(text);
        },
        bufferedBytes: () => raw.writableLength,
        // With another role it is another stream: its page connects again.
        isWelcome: async () => (await authenticate(credentials))?.role === role,
        end: () => void raw.end(),
      });
      raw.on('close', leave);
      raw.on('error', leave);
      // The page may have gone while it was looked up who asks.
      if (raw.destroyed || request.raw.socket.destroyed) leave();
      reply.hijack();
    },
  );
  server.addHook('preClose', async () => hub.close());
}
