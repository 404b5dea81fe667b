/** A request that is answered with server-sent events for as long as its reader stays. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticate, readCredentials } from './server.ts';

/** Something to write events to. */
export interface TextStream {
  write(text: string): void;
  /** Bytes that the reader has not taken yet. */
  bufferedBytes(): number;
  /** Whether whoever opened it may still see what happens. */
  isWelcome(): Promise<boolean>;
  end(): void;
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Tells nginx to pass events on as they come.
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** The stream of a request. Its headers go with the first text, so that it may still be refused. */
export function createTextStream(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  authenticate: Authenticate,
): TextStream {
  const { raw } = reply;
  const credentials = readCredentials(request.raw);
  const role = request.actor?.role ?? 'viewer';
  return {
    write(text) {
      if (!raw.headersSent) raw.writeHead(200, STREAM_HEADERS);
      raw.write(text);
    },
    bufferedBytes: () => raw.writableLength,
    // With another role it is another stream: its page connects again.
    isWelcome: async () => (await authenticate(credentials))?.role === role,
    end: () => void raw.end(),
  };
}

/** Hands the connection to its stream; `leave` is called once, when its reader has gone. */
export function keepStream(request: FastifyRequest, reply: FastifyReply, leave: () => void): void {
  const { raw } = reply;
  raw.on('close', leave);
  raw.on('error', leave);
  // The reader may have gone while it was looked up who asks.
  if (raw.destroyed || request.raw.socket.destroyed) leave();
  reply.hijack();
}
