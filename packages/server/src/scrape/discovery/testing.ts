/** A server that plays Consul, Docker or Kubernetes, and a sink that tells what it heard; for tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type Clock,
  DEFAULT_HTTP_CLIENT,
  createSeededRandom,
  createSystemClock,
} from '../../platform/index.ts';
import { labelsRecord } from '../../series/index.ts';
import { type TargetGroup } from '../config.ts';
import { createHttpClient, type HttpClient } from '../http-client.ts';
import type { Discovery, DiscoveryTools } from './discovery.ts';

/** What waits longer than this has failed; nothing takes a hundredth of it. */
const WAIT_MS_MAX = 10_000;

export interface TestServer {
  readonly url: string;
  /** Paths with their queries, in the order in which they were asked. */
  readonly asked: readonly string[];
  close(): void;
}

/** Answers on loopback with a real HTTP server. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void,
): Promise<TestServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response, new URL(request.url ?? '', 'http://test'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Sends a value as JSON. */
export function sendJson(
  response: ServerResponse,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Pauses pass ten times as fast, so that tests need not wait for what they do not test. */
const HURRY = 10;

/** Time and chance, and a client without credentials. */
export function createTools(): DiscoveryTools & { readonly client: HttpClient } {
  const system = createSystemClock();
  const clock: Clock = {
    ...system,
    after: (delayMs, callback) => system.after(delayMs / HURRY, callback),
  };
  const client = createHttpClient(DEFAULT_HTTP_CLIENT, { clock });
  return { clock, random: createSeededRandom(1), client };
}

/** Hears a discovery. */
export class Listener {
  readonly problems = new Map<string, string>();
  groups: readonly TargetGroup[] | undefined;
  #wake = (): void => {};

  constructor(discovery: Discovery) {
    discovery.start({
      onGroups: (groups) => {
        this.groups = groups;
        this.#wake();
      },
      onProblem: (part, reason) => {
        if (reason === undefined) this.problems.delete(part);
        else this.problems.set(part, reason);
        this.#wake();
      },
    });
  }

  /** Waits until what was heard is as wanted. */
  async until(isReached: (heard: Listener) => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(WAIT_MS_MAX);
    while (!isReached(this)) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const fail = (): void => reject(new Error(`heard ${JSON.stringify([...this.problems])}`));
      deadline.addEventListener('abort', fail, { once: true });
      await promise;
      deadline.removeEventListener('abort', fail);
    }
  }

  /** The labels of all targets, those of their groups included. */
  targets(): readonly Record<string, string>[] {
    return listTargets(this.groups ?? []);
  }
}

/** The labels of all targets, as relabelling gets them. */
export function listTargets(groups: readonly TargetGroup[]): readonly Record<string, string>[] {
  return groups.flatMap(({ labels, targets }) =>
    targets.map((own) => ({ ...labelsRecord(labels), ...labelsRecord(own) })),
  );
}
