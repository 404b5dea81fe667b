/** Gets the bodies of targets over HTTP and HTTPS. */
import { type Clock, unavailable } from '../platform/index.ts';
import type { HttpClientConfig } from './config.ts';
import type { FetchBody } from './fetch-body.ts';
import { discard, readBody, unpack } from './http-body.ts';
import { createHttpClient } from './http-client.ts';
import { TARGETS_PER_JOB_MAX } from './limits.ts';
import { canGetPlainly, PlainHttp } from './plain-http.ts';

const OK = 200;

/** A way to get bodies that holds connections open. */
export interface HttpFetcher {
  readonly fetchBody: FetchBody;
  /** Closes all connections. */
  close(): void;
}

/** Statuses that point elsewhere; following them is the general client's work. */
const REDIRECT_MIN = 300;
const REDIRECT_MAX = 399;

/** Builds a fetcher for the targets of one job. */
export function createHttpFetcher(config: HttpClientConfig, clock: Clock): HttpFetcher {
  const client = createHttpClient(config, { clock });
  const plain = canGetPlainly(config) ? new PlainHttp() : undefined;
  /** Addresses that point elsewhere: asking them plainly would be one request too many. */
  const redirecting = new Set<string>();
  const fetchGenerally: FetchBody = async (request) => {
    const { url, headers, signal } = request;
    const response = await client.send({ url, headers, signal });
    const status = response.statusCode ?? 0;
    if (status === OK) return readBody(response, request);
    discard(response);
    throw refused(status, response.statusMessage ?? '');
  };
  return {
    close() {
      client.close();
      plain?.close();
    },
    async fetchBody(request) {
      const { url } = request;
      if (plain === undefined || !url.startsWith('http://') || redirecting.has(url)) {
        return fetchGenerally(request);
      }
      const answer = await plain.get(request);
      const { status, reason, contentType, contentEncoding, location } = answer;
      if (status === OK) {
        const { body } = answer;
        if (contentEncoding === 'identity') return { bytes: body, contentType };
        const bytes = await unpack(body, contentEncoding, request.bodyBytesMax);
        return { bytes, contentType };
      }
      const isRedirect = status >= REDIRECT_MIN && status <= REDIRECT_MAX && location !== '';
      if (isRedirect && config.followRedirects) {
        if (redirecting.size < TARGETS_PER_JOB_MAX) redirecting.add(url);
        return fetchGenerally(request);
      }
      throw refused(status, reason);
    },
  };
}

function refused(status: number, reason: string): Error {
  const message = `server returned HTTP status ${status} ${reason}`.trimEnd();
  return unavailable('SCRAPE_STATUS', message);
}
