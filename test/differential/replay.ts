/** Serves a recording: each client gets all bodies, one for each scrape, in order. */
import { createServer } from 'node:http';
import { closeServer, listen } from '../harness/exporter.ts';
import { waitUntil } from '../harness/wait.ts';

export interface Replay {
  /** `127.0.0.1:PORT`; a client is known by the path that it asks for. */
  readonly address: string;
  /** Waits until a client has asked once more after the last body: then it has stored it. */
  waitForEnd(path: string): Promise<void>;
  stop(): Promise<void>;
}

const END_TIMEOUT_MS = 90_000;

export async function startReplay(bodies: readonly string[]): Promise<Replay> {
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const index = asked.get(path) ?? 0;
    asked.set(path, index + 1);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    // After the end: nothing. Series with times of their own do not become stale by that.
    response.end(bodies[index] ?? '');
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    async waitForEnd(path) {
      await waitUntil(
        `all bodies to be fetched from ${path}`,
        async () => ((asked.get(path) ?? 0) > bodies.length ? true : undefined),
        END_TIMEOUT_MS,
      );
    },
    stop: async () => closeServer(server),
  };
}
