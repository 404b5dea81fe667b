/** What a scrape needs from whoever gets the body of a target: HTTP, or the process itself. */
import { errorMessage, systemErrorCode, timedOut, unavailable } from '../platform/index.ts';

export interface BodyRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A larger body, also one that is larger only after decompression, is an error. */
  readonly bodyBytesMax: number;
}

export interface FetchRequest extends BodyRequest {
  /** Fires when the time is up or the scrape is not wanted any more; its reason is the error. */
  readonly signal: AbortSignal;
}

export interface FetchedBody {
  /** Good until the event loop turns: the memory may be used again then. */
  readonly bytes: Uint8Array;
  /** The Content-Type header; '' where there was none. */
  readonly contentType: string;
}

/** Gets one body, or throws an error whose message is the reason that people are shown. */
export type FetchBody = (request: FetchRequest) => Promise<FetchedBody>;

/** Whoever waits for a body: one of the two is called, once. */
export interface FetchEnd {
  onBody(body: FetchedBody): void;
  onError(error: unknown): void;
}

/** A body that is being fetched. */
export interface Fetching {
  /** Breaks it off; where it has not ended yet, it ends now, with an error for this reason. */
  cancel(reason: Error): void;
}

/**
 * The same as `FetchBody` without a promise, of which a scrape made seven on its way from the socket
 * to the store (ADR 136). It may throw instead of ending.
 */
export type BeginFetch = (request: BodyRequest, end: FetchEnd) => Fetching;

/** Begins what is made of promises. */
export function beginByPromise(fetchBody: FetchBody): BeginFetch {
  return (request, end) => {
    const abort = new AbortController();
    let isOver = false;
    const finish = (tell: () => void): void => {
      if (isOver) return;
      isOver = true;
      tell();
    };
    fetchBody({ ...request, signal: abort.signal }).then(
      (body) => finish(() => end.onBody(body)),
      (error) => finish(() => end.onError(error)),
    );
    return {
      cancel(reason) {
        abort.abort(reason);
        finish(() => end.onError(reason));
      },
    };
  };
}

/** Says why there was no answer: the system's code in words, else the error's own message. */
export function describeNetworkError(error: unknown, url: string): Error {
  const code = systemErrorCode(error) ?? '';
  const words = NETWORK_ERRORS.get(code);
  const host = URL.parse(url)?.hostname ?? url;
  const message = words?.(host) ?? describeOther(code, errorMessage(error));
  return unavailable('SCRAPE_CONNECTION_FAILED', message, { cause: error });
}

const CLOSED_EARLY = 'connection closed by the target before its answer was complete';

/** The reason of a scrape whose connection ended, without an error, too early. */
export function closedEarly(): Error {
  return unavailable('SCRAPE_CONNECTION_FAILED', CLOSED_EARLY);
}

const NETWORK_ERRORS: ReadonlyMap<string, (host: string) => string> = new Map([
  ['ECONNREFUSED', () => 'connection refused'],
  ['ECONNRESET', () => CLOSED_EARLY],
  ['EPIPE', () => CLOSED_EARLY],
  ['ENOTFOUND', (host: string) => `no such host "${host}"`],
  ['EAI_AGAIN', (host: string) => `cannot look up host "${host}" for now`],
  ['EHOSTUNREACH', (host: string) => `no route to host "${host}"`],
  ['ENETUNREACH', (host: string) => `no route to the network of host "${host}"`],
  ['ETIMEDOUT', () => 'connection timed out'],
  ['EMFILE', () => 'too many open files in this process'],
]);

function describeOther(code: string, message: string): string {
  if (code.startsWith('HPE_')) return `the answer is not valid HTTP: ${message}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return `TLS handshake failed: ${message}`;
  const isTls = /CERT|ERR_TLS|UNABLE_TO|SELF_SIGNED/.test(code);
  return isTls ? `TLS certificate refused: ${message}` : message;
}

/** The reason of a scrape that ran out of time. */
export function noAnswerWithin(limit: string): Error {
  return timedOut('SCRAPE_TIMEOUT', `no answer within ${limit}`);
}
