/**
 * Connections to receivers, by the settings of `http_config`: credentials, TLS, proxies, redirects.
 *
 * As with Alertmanager, receivers are as often as not in the same private network; what a cloud
 * tells its machines is refused all the same, redirects to it included (ADR 128, 148).
 */
import type { IncomingMessage } from 'node:http';
import type { Answer, OutgoingRequest } from '../../alertmanager/index.ts';
import { parseRetryAfter } from '../../notify/index.ts';
import { type Clock, findAddressRefusal, type HttpClientConfig } from '../../platform/index.ts';
import type { HttpClient } from '../../scrape/index.ts';

/** How much of an answer is read: services say in a sentence what is wrong. */
const ANSWER_CHARS_MAX = 16_384;

interface OpenClient {
  readonly client: Promise<HttpClient>;
  requestCount: number;
}

export interface RequestClients {
  /** Throws where no answer came. */
  send(request: OutgoingRequest, http: HttpClientConfig, signal: AbortSignal): Promise<Answer>;
  /** From now on connections are made anew; what is under way ends first. */
  renew(): void;
}

export function createRequestClients(clock: Clock): RequestClients {
  let clients = new Map<HttpClientConfig, OpenClient>();
  const open = (http: HttpClientConfig): OpenClient => {
    const known = clients.get(http);
    if (known !== undefined) return known;
    const opened = { client: openClient(http, clock), requestCount: 0 };
    clients.set(http, opened);
    return opened;
  };
  const closeIdle = (one: OpenClient): void => {
    if (one.requestCount === 0) void one.client.then((client) => client.close());
  };
  return {
    async send(request, http, signal) {
      const one = open(http);
      one.requestCount++;
      try {
        const client = await one.client;
        const headers = { 'user-agent': 'Nines', ...request.headers };
        const response = await client.send({ ...request, headers, signal });
        return await readAnswer(response, clock);
      } finally {
        one.requestCount--;
        if (clients.get(http) !== one) closeIdle(one);
      }
    },
    renew() {
      const before = clients;
      clients = new Map();
      for (const one of before.values()) closeIdle(one);
    },
  };
}

/** Loaded with the first message that is sent. */
async function openClient(http: HttpClientConfig, clock: Clock): Promise<HttpClient> {
  const { createHttpClient } = await import('../../scrape/index.ts');
  const findRefusal = (address: string): string | undefined =>
    findAddressRefusal(address, { allowsPrivate: true });
  return createHttpClient(http, { clock, findRefusal });
}

/** A status that has arrived stays the answer, also when the body then breaks off. */
async function readAnswer(response: IncomingMessage, clock: Clock): Promise<Answer> {
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length >= ANSWER_CHARS_MAX) break;
    }
  } catch {
    // Whatever broke the body off, the receiver has had its say in the status line.
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    text: text.slice(0, ANSWER_CHARS_MAX),
    retryAfterMs: parseRetryAfter(response.headers['retry-after'], clock.now()),
  };
}
