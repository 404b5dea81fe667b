/** A service to be scraped, whose metrics and health a test decides. */
import { createServer, type Server } from 'node:http';

export interface FakeExporter {
  /** `127.0.0.1:PORT`, as a target. */
  readonly address: string;
  /** What it answers from now on; a number is a bare status. */
  answer: (() => string) | number;
  /** How often it was asked. */
  readonly scrapeCount: () => number;
  stop(): Promise<void>;
}

/** Starts a service that answers with the given metrics. */
export async function startExporter(answer: FakeExporter['answer']): Promise<FakeExporter> {
  let count = 0;
  const server = createServer((_request, response) => {
    count++;
    if (typeof exporter.answer === 'number') {
      response.writeHead(exporter.answer).end();
    } else {
      response.setHeader('content-type', 'text/plain; version=0.0.4').end(exporter.answer());
    }
  });
  const port = await listen(server);
  const exporter: FakeExporter = {
    address: `127.0.0.1:${port}`,
    answer,
    scrapeCount: () => count,
    stop: async () => closeServer(server),
  };
  return exporter;
}

/** Listens on a free port of loopback. */
export async function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Closes a server and the connections that are open. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}
