/** One request over a connection of its own, so that each phase of it can be timed. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { httpRequest, unavailable } from '../platform/index.ts';
import { abortable, openSocket } from './connect.ts';
import { HEADER_BYTES_MAX } from './limits.ts';
import type { ProbeRun } from './run.ts';
import { openTls, type TlsSettings } from './tls.ts';

export interface HopOrder {
  readonly url: URL;
  readonly address: string;
  readonly method: string;
  readonly hostHeader: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | undefined;
  readonly settings: TlsSettings;
  readonly tlsName: string;
  readonly enablesHttp2: boolean;
  readonly addPhase: (phase: string, durationMs: number) => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** As `HTTP/1.1`. */
  readonly version: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The connection where it is TLS. */
  readonly secure: TLSSocket | undefined;
  /** Ends the connection. */
  close(): void;
}

/** Sends it, and answers as soon as the headers are in. */
export async function sendHop(run: ProbeRun, order: HopOrder): Promise<HttpAnswer> {
  const { url, addPhase } = order;
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const mark = createMark(run);
  const socket = await openSocket(run, { address: order.address, port });
  addPhase('connect', mark());
  const close = (): void => void socket.destroy();
  try {
    if (!isTls) return { ...(await sendPlain(run, order, socket)), secure: undefined, close };
    const protocols = order.enablesHttp2 ? ['h2', 'http/1.1'] : ['http/1.1'];
    const { settings, tlsName } = order;
    const secure = await openTls(run, { socket, settings, host: tlsName, protocols });
    addPhase('tls', mark());
    const send = secure.alpnProtocol === 'h2' ? sendHttp2 : sendPlain;
    return { ...(await send(run, order, secure)), secure, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** How long it is since the last call, or the first. */
function createMark(run: ProbeRun): () => number {
  let lastMs = run.clock.monotonicMs();
  return () => {
    const nowMs = run.clock.monotonicMs();
    const tookMs = nowMs - lastMs;
    lastMs = nowMs;
    return tookMs;
  };
}

type Sent = Omit<HttpAnswer, 'secure' | 'close'>;

async function sendPlain(run: ProbeRun, order: HopOrder, socket: Socket): Promise<Sent> {
  const { url, method, body, addPhase } = order;
  const mark = createMark(run);
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const request = httpRequest({
    createConnection: () => socket,
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: order.hostHeader, ...mutable(order.headers), ...length, connection: 'close' },
    maxHeaderSize: HEADER_BYTES_MAX,
  });
  const answered = Promise.withResolvers<Sent>();
  request.on('response', (response) => {
    const { statusCode = 0, httpVersion, headers } = response;
    answered.resolve({
      status: statusCode,
      version: `HTTP/${httpVersion}`,
      headers,
      body: response,
    });
  });
  request.on('error', answered.reject);
  request.end(body);
  const answer = await abortable(answered.promise, run.signal);
  addPhase('processing', mark());
  return answer;
}

/** Loaded when the first server offers it. */
async function sendHttp2(run: ProbeRun, order: HopOrder, socket: Socket): Promise<Sent> {
  const { connect } = await import('node:http2');
  const { url, method, body, addPhase } = order;
  const mark = createMark(run);
  const session = connect(url.origin, { createConnection: () => socket });
  const answered = Promise.withResolvers<Sent>();
  session.on('error', answered.reject);
  const stream = session.request(
    {
      ...mutable(order.headers),
      ':method': method,
      ':path': `${url.pathname}${url.search}`,
      ':authority': order.hostHeader,
    },
    { endStream: body === undefined },
  );
  stream.on('error', answered.reject);
  stream.once('response', (headers) => {
    const status = headers[':status'] ?? 0;
    answered.resolve({ status, version: 'HTTP/2.0', headers, body: stream });
  });
  stream.once('close', () => {
    answered.reject(unavailable('PROBE_NO_ANSWER', 'the stream of HTTP/2 was closed'));
    session.destroy();
  });
  if (body !== undefined) stream.end(body);
  const answer = await abortable(answered.promise, run.signal);
  addPhase('processing', mark());
  return answer;
}

function mutable(headers: HopOrder['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : [...value],
    ]),
  );
}
