/** Gets the bodies of targets over HTTP and HTTPS. */
import { type Clock, unavailable } from '../platform/index.ts';
import type { HttpClientConfig } from './config.ts';
import type { FetchBody } from './fetch-body.ts';
import { discard, readBody } from './http-body.ts';
import { createHttpClient } from './http-client.ts';

/** A way to get bodies that holds connections open. */
export interface HttpFetcher {
  readonly fetchBody: FetchBody;
  /** Closes all connections. */
  close(): void;
}

/** Builds a fetcher for the targets of one job. */
export function createHttpFetcher(config: HttpClientConfig, clock: Clock): HttpFetcher {
  const client = createHttpClient(config, { clock });
  return {
    close: () => client.close(),
    async fetchBody(request) {
      const { url, headers, signal } = request;
      const response = await client.send({ url, headers, signal });
      const status = response.statusCode ?? 0;
      if (status === 200) return readBody(response, request);
      discard(response);
      const message = `server returned HTTP status ${status} ${response.statusMessage ?? ''}`;
      throw unavailable('SCRAPE_STATUS', message.trimEnd());
    },
  };
}
