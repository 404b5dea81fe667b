/**
 * One POST to a stranger's server, bounded in time and bytes.
 *
 * Node's `fetch` cannot show the peer's address before it sends, so the connection is made here:
 * look up, judge every answer, connect, judge the peer, and only then write the first byte of the
 * request. Redirects are not followed: each would be one more address to judge, and a receiver of
 * pages has no business to redirect.
 */
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  addressLiteral,
  type Clock,
  findAddressRefusal,
  forbidden,
  httpRequest,
  timedOut,
} from '../platform/index.ts';
import { RESPONSE_CHARS_MAX, RESPONSE_HEADER_BYTES_MAX } from './limits.ts';

export interface HttpPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowsPrivate: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly text: string;
}

/** Posts and answers what came back; throws where nothing did. */
export type PostHttp = (post: HttpPost) => Promise<HttpAnswer>;

/** Where to connect; every address has passed. */
export interface Peer {
  readonly url: URL;
  readonly addresses: readonly string[];
}

export interface HttpPosterOptions {
  readonly clock: Clock;
  /** Answers all addresses of a name; default the system's resolver. */
  readonly resolveHost?: (host: string) => Promise<readonly string[]>;
  /** Begins a connection; default TCP, with TLS for https. */
  readonly connect?: (peer: Peer) => Socket;
}

/** Builds the poster over real sockets. */
export function createHttpPoster(options: HttpPosterOptions): PostHttp {
  const resolveHost = options.resolveHost ?? resolveBySystem;
  const connect = options.connect ?? connectToPeer;
  return async (post) => {
    const timeout = new AbortController();
    const timer = options.clock.after(post.timeoutMs, () => timeout.abort());
    const signal = AbortSignal.any([post.signal, timeout.signal]);
    try {
      const addresses = await abortable(resolveChecked(post, resolveHost), signal);
      const socket = connect({ url: post.url, addresses });
      return await exchange(post, socket, signal);
    } catch (error) {
      if (!timeout.signal.aborted) throw error;
      const seconds = post.timeoutMs / 1000;
      throw timedOut('WEBHOOK_TIMEOUT', `no answer within ${seconds} s`, { cause: error });
    } finally {
      timer.cancel();
    }
  };
}

async function resolveChecked(
  post: HttpPost,
  resolveHost: (host: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const literal = addressLiteral(post.url);
  const addresses = literal === undefined ? await resolveHost(post.url.hostname) : [literal];
  for (const address of addresses) assertAllowed(post, address);
  return addresses;
}

function assertAllowed(post: HttpPost, address: string): void {
  const refusal = findAddressRefusal(address, post);
  if (refusal !== undefined) throw forbidden('WEBHOOK_ADDRESS_REFUSED', refusal);
}

async function resolveBySystem(host: string): Promise<readonly string[]> {
  const answers = await lookup(host, { all: true });
  return answers.map((answer) => answer.address);
}

function connectToPeer({ url, addresses }: Peer): Socket {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const target = {
    host,
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    autoSelectFamily: true,
    // The name is not looked up a second time: another answer could come.
    lookup: (
      _host: string,
      _options: unknown,
      done: (error: null, found: { address: string; family: number }[]) => void,
    ) =>
      done(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
  };
  if (!isSecure) return connectTcp(target);
  // RFC 6066: a server name is never an address.
  return connectTls({ ...target, ...(isIP(host) === 0 && { servername: host }) });
}

async function exchange(post: HttpPost, socket: Socket, signal: AbortSignal): Promise<HttpAnswer> {
  const stop = (): void => void socket.destroy(new Error('called off'));
  signal.addEventListener('abort', stop, { once: true });
  // Without a listener, an error after the answer would end the process.
  socket.on('error', () => {});
  try {
    signal.throwIfAborted();
    const isSecure = post.url.protocol === 'https:';
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal });
    assertAllowed(post, socket.remoteAddress ?? '');
    const request = httpRequest({
      createConnection: () => socket,
      method: 'POST',
      path: `${post.url.pathname}${post.url.search}`,
      headers: {
        host: post.url.host,
        ...post.headers,
        'content-length': String(Buffer.byteLength(post.body)),
        connection: 'close',
      },
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    });
    const response = await new Promise<IncomingMessage>((done, fail) => {
      request.on('response', done).on('error', fail).end(post.body);
    });
    const retryAfter = response.headers['retry-after'];
    return { status: response.statusCode ?? 0, retryAfter, text: await readBeginning(response) };
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** A status that has arrived stays the answer, also when the body then breaks off or crawls. */
async function readBeginning(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length >= RESPONSE_CHARS_MAX) break;
    }
  } catch {
    // Whatever broke the body off, the receiver has had its say in the status line.
  }
  return text.slice(0, RESPONSE_CHARS_MAX);
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((done, fail) => {
    const stop = (): void => fail(new Error('called off'));
    signal.addEventListener('abort', stop, { once: true });
    promise.then(done, fail).finally(() => signal.removeEventListener('abort', stop));
  });
}
