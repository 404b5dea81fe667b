/** A webhook that keeps what it is sent: the fake pager of the smoke tests. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { closeServer, listen } from './exporter.ts';

export interface ReceivedPage {
  readonly atMs: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface FakePager {
  readonly url: string;
  readonly received: readonly ReceivedPage[];
  /** The status to answer with from now on. */
  status: number;
  /** Waits for the first message that a test is looking for, past ones included. */
  waitFor(isWanted: (page: ReceivedPage) => boolean, timeoutMs?: number): Promise<ReceivedPage>;
  stop(): Promise<void>;
}

const WAIT_TIMEOUT_MS = 30_000;

/** Starts a webhook on a free port; pass a port to come back on the same one. */
export async function startPager(): Promise<FakePager> {
  const received: ReceivedPage[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      response.writeHead(pager.status).end();
      if (pager.status >= 300) return;
      const body: unknown = JSON.parse(text);
      received.push({ atMs: Date.now(), headers: request.headers, body });
      for (const look of waiting) look();
    });
  });
  const port = await listen(server);
  const pager: FakePager = {
    url: `http://127.0.0.1:${port}/page`,
    received,
    status: 200,
    async waitFor(isWanted, timeoutMs = WAIT_TIMEOUT_MS) {
      const { promise, resolve, reject } = Promise.withResolvers<ReceivedPage>();
      const look = (): void => {
        const found = received.find(isWanted);
        if (found !== undefined) resolve(found);
      };
      const fail = (): void => {
        reject(new Error(`no such page came; received ${JSON.stringify(received, undefined, 2)}`));
      };
      const timer = setTimeout(fail, timeoutMs);
      waiting.add(look);
      look();
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    stop: async () => closeServer(server),
  };
  return pager;
}
