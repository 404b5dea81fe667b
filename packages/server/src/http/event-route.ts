/** The stream of server-sent events. */
import { EVENTS_PATH } from '@nines/contract';
import type { FastifyInstance } from 'fastify';
import type { EventHub } from './event-hub.ts';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Tells nginx to pass events on as they come.
  'x-accel-buffering': 'no',
};

/** Mounts the stream; one connection for each open page. */
export function mountEventRoute(server: FastifyInstance, hub: EventHub): void {
  server.get(EVENTS_PATH, async (request, reply) => {
    const raw = reply.raw;
    const leave = hub.connect({
      write: (text) => {
        // Not before the hub has accepted the stream: a refusal is an ordinary error answer.
        if (!raw.headersSent) raw.writeHead(200, STREAM_HEADERS);
        raw.write(text);
      },
      bufferedBytes: () => raw.writableLength,
      end: () => void raw.end(),
    });
    request.raw.on('close', leave);
    raw.on('error', leave);
    reply.hijack();
  });
  server.addHook('preClose', async () => hub.close());
}
