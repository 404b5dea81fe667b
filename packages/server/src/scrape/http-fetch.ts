/** Gets the bodies of targets over HTTP and HTTPS. */
import { type HttpClientConfig, type Clock, unavailable } from '../platform/index.ts';
import {
  type BeginFetch,
  beginByPromise,
  type BodyRequest,
  type FetchEnd,
  type Fetching,
} from './fetch-body.ts';
import type { HttpAnswer } from './http-answer.ts';
import { discard, readBody, unpack } from './http-body.ts';
import { createHttpClient } from './http-client.ts';
import { TARGETS_PER_JOB_MAX } from './limits.ts';
import { type AnswerEnd, canGetPlainly, PlainHttp } from './plain-http.ts';

const OK = 200;

/** A way to get bodies that holds connections open. */
export interface HttpFetcher {
  readonly begin: BeginFetch;
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
  const beginGenerally = beginByPromise(async (request) => {
    const { url, headers, signal } = request;
    const response = await client.send({ url, headers, signal });
    const status = response.statusCode ?? 0;
    if (status === OK) return readBody(response, request);
    discard(response);
    throw refused(status, response.statusMessage ?? '');
  });
  const beginRedirected: BeginFetch = (request, end) => {
    if (redirecting.size < TARGETS_PER_JOB_MAX) redirecting.add(request.url);
    return beginGenerally(request, end);
  };
  const redirect = config.followRedirects ? beginRedirected : undefined;
  return {
    close() {
      client.close();
      plain?.close();
    },
    begin(request, end) {
      const { url } = request;
      if (plain === undefined || !url.startsWith('http://') || redirecting.has(url)) {
        return beginGenerally(request, end);
      }
      return new PlainFetch(plain, { request, end, redirect });
    },
  };
}

interface PlainFetchOptions {
  readonly request: BodyRequest;
  readonly end: FetchEnd;
  /** How an address that points elsewhere is asked; undefined: that is an error. */
  readonly redirect: BeginFetch | undefined;
}

/** A body that is asked for plainly, at first. */
class PlainFetch implements Fetching, AnswerEnd {
  readonly #options: PlainFetchOptions;
  #fetching: Fetching;

  constructor(plain: PlainHttp, options: PlainFetchOptions) {
    this.#options = options;
    this.#fetching = plain.begin(options.request, this);
  }

  cancel(reason: Error): void {
    this.#fetching.cancel(reason);
  }

  onAnswer(answer: HttpAnswer): void {
    const { request, end, redirect } = this.#options;
    const { status, reason, location } = answer;
    const isRedirect = status >= REDIRECT_MIN && status <= REDIRECT_MAX && location !== '';
    if (status === OK) this.#readBody(answer);
    else if (isRedirect && redirect !== undefined) this.#fetching = redirect(request, end);
    else end.onError(refused(status, reason));
  }

  onError(error: Error): void {
    this.#options.end.onError(error);
  }

  #readBody({ body, contentType, contentEncoding }: HttpAnswer): void {
    const { request, end } = this.#options;
    if (contentEncoding === 'identity') {
      end.onBody({ bytes: body, contentType });
      return;
    }
    const begin = beginByPromise(async ({ bodyBytesMax }) => {
      return { bytes: await unpack(body, contentEncoding, bodyBytesMax), contentType };
    });
    this.#fetching = begin(request, end);
  }
}

function refused(status: number, reason: string): Error {
  const message = `server returned HTTP status ${status} ${reason}`.trimEnd();
  return unavailable('SCRAPE_STATUS', message);
}
