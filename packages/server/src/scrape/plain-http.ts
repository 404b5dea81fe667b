/**
 * Gets bodies over plain HTTP/1.1 with little more than the system calls that it takes: one write,
 * and reads into memory that is used again (ADR 103).
 *
 * Nearly all scrapes are a GET without TLS, proxy and credentials, answered with 200. For these,
 * `node:http` costs more than reading the body does: objects for request, answer, headers and
 * streams, and a new buffer for each read. Whatever is not as simple (`canGetPlainly`), redirects
 * among it, goes through `http-client.ts`.
 */
import { connect, type Socket } from 'node:net';
import { systemErrorCode, unavailable } from '../platform/index.ts';
import type { HttpClientConfig } from './config.ts';
import { closedEarly, describeNetworkError, type FetchRequest } from './fetch-body.ts';
import { type BodySink, HttpAnswer, HttpFault, HttpOverflow } from './http-answer.ts';
import { abortReason, incomplete, tooLarge } from './http-body.ts';
import {
  HTTP_READ_BYTES,
  IDLE_BODY_BYTES_MAX,
  IDLE_BODY_BUFFERS_MAX,
  IDLE_CONNECTIONS_PER_HOST_MAX,
} from './limits.ts';

/** Whether requests of a job need nothing but a plain GET. */
export function canGetPlainly({ auth, headers, proxy }: HttpClientConfig): boolean {
  return auth.kind === 'none' && headers.length === 0 && proxy.kind === 'none';
}

/** Where a request goes, and its bytes. Made once for each target. */
interface Prepared {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Names the connections that can be shared. */
  readonly key: string;
  readonly text: string;
}

/** Reads land here, whatever connection they are of: they are copied out at once. */
const landing = Buffer.allocUnsafeSlow(HTTP_READ_BYTES);

/** Connections to the targets of one job. */
export class PlainHttp {
  /** Connections that wait for a request, by host; the newest is used first. */
  readonly #idle = new Map<string, Connection[]>();
  readonly #all = new Set<Connection>();
  /** By the headers of a target, which stay the same object from scrape to scrape. */
  readonly #prepared = new WeakMap<object, Prepared>();
  readonly #buffers = new BodyBuffers();

  /**
   * The answer, whatever its status. Its body is good until the event loop turns: then its memory
   * is used for another one.
   */
  async get(request: FetchRequest): Promise<HttpAnswer> {
    if (request.signal.aborted) throw abortReason(request.signal);
    const prepared = this.#prepare(request);
    const idle = this.#idle.get(prepared.key)?.pop();
    if (idle === undefined) return this.#open(prepared).exchange(prepared, request);
    try {
      return await idle.exchange(prepared, request);
    } catch (error) {
      // It was closed while nobody used it, which says nothing about the target.
      if (!(error instanceof StaleConnection)) throw error;
      return this.#open(prepared).exchange(prepared, request);
    }
  }

  close(): void {
    for (const connection of this.#all) connection.destroy();
    this.#all.clear();
    this.#idle.clear();
  }

  #open({ host, port, key }: Prepared): Connection {
    const connection: Connection = new Connection({
      socket: { host, port },
      buffers: this.#buffers,
      onIdle: () => this.#keep(key, connection),
      onClose: () => this.#forget(key, connection),
    });
    this.#all.add(connection);
    return connection;
  }

  #keep(key: string, connection: Connection): void {
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    if (idle.length >= IDLE_CONNECTIONS_PER_HOST_MAX) connection.destroy();
    else idle.push(connection);
  }

  #forget(key: string, connection: Connection): void {
    this.#all.delete(connection);
    const idle = this.#idle.get(key);
    if (idle === undefined) return;
    const index = idle.indexOf(connection);
    if (index >= 0) idle.splice(index, 1);
    if (idle.length === 0) this.#idle.delete(key);
  }

  #prepare({ url, headers }: FetchRequest): Prepared {
    const known = this.#prepared.get(headers);
    if (known?.url === url) return known;
    const { hostname, port, host, pathname, search } = new URL(url);
    const lines = Object.entries({ Host: host, ...headers, Connection: 'keep-alive' });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const prepared = {
      url,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 80 : Number(port),
      key: host,
      text: `GET ${pathname}${search} HTTP/1.1\r\n${head}\r\n`,
    };
    this.#prepared.set(headers, prepared);
    return prepared;
  }
}

/** The other side closed a connection that was kept open before it answered. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

interface ConnectionOptions {
  readonly socket: { readonly host: string; readonly port: number };
  readonly buffers: BodyBuffers;
  readonly onIdle: () => void;
  readonly onClose: () => void;
}

/** The request that is under way on a connection. */
interface Exchange {
  readonly request: FetchRequest;
  readonly answer: HttpAnswer;
  readonly sink: BodySink;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly onAbort: () => void;
}

class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  #exchange: Exchange | undefined;
  /** Whether an answer has come over it before. */
  #isUsed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = connect({
      ...options.socket,
      noDelay: true,
      onread: { buffer: landing, callback: (length) => this.#read(length) },
    });
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => {
      this.#fail(undefined);
      options.onClose();
    });
  }

  async exchange({ text }: Prepared, request: FetchRequest): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const sink = this.#options.buffers.take();
    const answer = new HttpAnswer(sink, request.bodyBytesMax);
    const onAbort = (): void => this.#abort();
    request.signal.addEventListener('abort', onAbort, { once: true });
    this.#exchange = { request, answer, sink, resolve, reject, onAbort };
    this.#socket.write(text, 'latin1');
    return promise;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Bytes have landed; answers whether to go on reading. */
  #read(length: number): boolean {
    this.#options.buffers.turn();
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // Nobody asked for anything.
      this.destroy();
      return false;
    }
    const { answer, request } = exchange;
    try {
      const taken = answer.push(landing.subarray(0, length));
      if (answer.isDone) this.#finish(taken === length && answer.isKeptAlive);
    } catch (error) {
      this.#settle()?.reject(describeFault(error, request));
      this.destroy();
      return false;
    }
    return true;
  }

  #finish(isReusable: boolean): void {
    const done = this.#settle();
    this.#isUsed = true;
    if (isReusable) this.#options.onIdle();
    else this.destroy();
    done?.resolve(done.answer);
  }

  /** The other side has nothing more to say. */
  #end(): void {
    const exchange = this.#exchange;
    try {
      if (exchange?.answer.end() === true) {
        this.#finish(false);
        return;
      }
      this.#fail(undefined);
    } catch (error) {
      if (exchange === undefined) return;
      this.#settle()?.reject(describeFault(error, exchange.request));
    }
    this.destroy();
  }

  /** The connection broke; without an error, it was closed too early. */
  #fail(error: Error | undefined): void {
    const exchange = this.#settle();
    if (exchange === undefined) return;
    const { answer, request, reject } = exchange;
    const code = systemErrorCode(error);
    const isClosed = error === undefined || code === 'ECONNRESET' || code === 'EPIPE';
    if (this.#isUsed && isClosed && answer.isUntouched) reject(new StaleConnection());
    else reject(error === undefined ? closedEarly() : describeNetworkError(error, request.url));
  }

  #abort(): void {
    const exchange = this.#settle();
    if (exchange === undefined) return;
    const reason = abortReason(exchange.request.signal);
    const { status, bodyBytes } = exchange.answer;
    exchange.reject(status === 0 ? reason : incomplete(reason, bodyBytes));
    this.destroy();
  }

  /** Ends the exchange under way; it answers it once. */
  #settle(): Exchange | undefined {
    const exchange = this.#exchange;
    if (exchange === undefined) return undefined;
    this.#exchange = undefined;
    exchange.request.signal.removeEventListener('abort', exchange.onAbort);
    this.#options.buffers.giveBack(exchange.sink);
    return exchange;
  }
}

function describeFault(error: unknown, { bodyBytesMax, url }: FetchRequest): Error {
  if (error instanceof HttpOverflow) return tooLarge(bodyBytesMax);
  if (!(error instanceof HttpFault)) return describeNetworkError(error, url);
  const message = `the answer is not valid HTTP: ${error.message}`;
  return unavailable('SCRAPE_CONNECTION_FAILED', message, { cause: error });
}

/**
 * Memory for bodies, used again. What is given back may still be read by whoever waits for it until
 * the event loop turns, so it is lent again only when bytes have come in the meantime.
 */
class BodyBuffers {
  readonly #free: BodySink[] = [];
  #cooling: BodySink[] = [];

  take(): BodySink {
    return this.#free.pop() ?? { bytes: Buffer.alloc(0) };
  }

  giveBack(sink: BodySink): void {
    if (sink.bytes.length > 0 && sink.bytes.length <= IDLE_BODY_BYTES_MAX) this.#cooling.push(sink);
  }

  /** Bytes have come: all that ran after the last ones has ended. */
  turn(): void {
    if (this.#cooling.length === 0) return;
    for (const sink of this.#cooling) {
      if (this.#free.length < IDLE_BODY_BUFFERS_MAX) this.#free.push(sink);
    }
    this.#cooling = [];
  }
}
