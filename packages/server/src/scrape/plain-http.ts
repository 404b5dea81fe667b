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
import { type HttpClientConfig, systemErrorCode, unavailable } from '../platform/index.ts';
import {
  type BodyRequest,
  closedEarly,
  describeNetworkError,
  type Fetching,
} from './fetch-body.ts';
import { type BodySink, HttpAnswer, HttpFault, HttpOverflow, NO_BYTES } from './http-answer.ts';
import { incomplete, tooLarge } from './http-body.ts';
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
  readonly host: string;
  readonly port: number;
  /** Names the connections that can be shared. */
  readonly key: string;
  readonly text: string;
}

/** Whoever waits for an answer, whatever its status: one of the two is called, once. */
export interface AnswerEnd {
  /** The answer's body is good until the event loop turns: then its memory is used for another. */
  onAnswer(answer: HttpAnswer): void;
  onError(error: Error): void;
}

/** Reads land here, whatever connection they are of: they are copied out at once. */
const landing = Buffer.allocUnsafeSlow(HTTP_READ_BYTES);

/** Connections to the targets of one job. */
export class PlainHttp {
  /** Connections that wait for a request, by host; the newest is used first. */
  readonly #idle = new Map<string, Connection[]>();
  readonly #all = new Set<Connection>();
  /** By a target's request, which stays the same object from scrape to scrape. */
  readonly #prepared = new WeakMap<BodyRequest, Prepared>();
  readonly #buffers = new BodyBuffers();

  /** Sends a request. */
  begin(request: BodyRequest, end: AnswerEnd): Fetching {
    const prepared = this.#prepare(request);
    const exchange = new Exchange(request, prepared, end);
    const idle = this.#idle.get(prepared.key)?.pop();
    (idle ?? this.#open(prepared)).begin(exchange);
    return exchange;
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
      onStale: (exchange) => this.#open(exchange.prepared).begin(exchange),
      onClose: () => this.#forget(key, connection),
    });
    this.#all.add(connection);
    return connection;
  }

  #keep(key: string, connection: Connection): void {
    const idle = this.#idle.get(key);
    if (idle === undefined) this.#idle.set(key, [connection]);
    else if (idle.length < IDLE_CONNECTIONS_PER_HOST_MAX) idle.push(connection);
    else connection.destroy();
  }

  #forget(key: string, connection: Connection): void {
    this.#all.delete(connection);
    const idle = this.#idle.get(key);
    if (idle === undefined) return;
    const index = idle.indexOf(connection);
    if (index >= 0) idle.splice(index, 1);
    if (idle.length === 0) this.#idle.delete(key);
  }

  #prepare(request: BodyRequest): Prepared {
    const known = this.#prepared.get(request);
    if (known !== undefined) return known;
    const { hostname, port, host, pathname, search } = new URL(request.url);
    const lines = Object.entries({ Host: host, ...request.headers, Connection: 'keep-alive' });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const prepared = {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? 80 : Number(port),
      key: host,
      text: `GET ${pathname}${search} HTTP/1.1\r\n${head}\r\n`,
    };
    this.#prepared.set(request, prepared);
    return prepared;
  }
}

/** A request and who waits for its answer. */
class Exchange implements Fetching {
  readonly request: BodyRequest;
  readonly prepared: Prepared;
  readonly end: AnswerEnd;
  /** What it is under way on; undefined when it has ended. */
  connection: Connection | undefined;

  constructor(request: BodyRequest, prepared: Prepared, end: AnswerEnd) {
    this.request = request;
    this.prepared = prepared;
    this.end = end;
  }

  cancel(reason: Error): void {
    this.connection?.cancel(reason);
  }
}

interface ConnectionOptions {
  readonly socket: { readonly host: string; readonly port: number };
  readonly buffers: BodyBuffers;
  readonly onIdle: () => void;
  /**
   * The other side closed the connection while nobody used it, which says nothing about the target:
   * the request is to be sent over another one.
   */
  readonly onStale: (exchange: Exchange) => void;
  readonly onClose: () => void;
}

/** The request that is under way on a connection, and what has come of its answer. */
interface UnderWay {
  readonly exchange: Exchange;
  readonly answer: HttpAnswer;
  readonly sink: BodySink;
}

class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  #underWay: UnderWay | undefined;
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

  begin(exchange: Exchange): void {
    const sink = this.#options.buffers.take();
    const answer = new HttpAnswer(sink, exchange.request.bodyBytesMax);
    this.#underWay = { exchange, answer, sink };
    exchange.connection = this;
    this.#socket.write(exchange.prepared.text, 'latin1');
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Breaks off the exchange under way. */
  cancel(reason: Error): void {
    const done = this.#settle();
    if (done === undefined) return;
    this.destroy();
    const { status, bodyBytes } = done.answer;
    done.exchange.end.onError(status === 0 ? reason : incomplete(reason, bodyBytes));
  }

  /** Bytes have landed; answers whether to go on reading. */
  #read(length: number): boolean {
    this.#options.buffers.turn();
    const answer = this.#underWay?.answer;
    if (answer === undefined) {
      // Nobody asked for anything.
      this.destroy();
      return false;
    }
    try {
      const taken = answer.push(landing, length);
      if (!answer.isDone) return true;
      this.#isUsed = true;
      this.#finish(taken === length && answer.isKeptAlive);
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  #finish(isReusable: boolean): void {
    const done = this.#settle();
    if (isReusable) this.#options.onIdle();
    else this.destroy();
    done?.exchange.end.onAnswer(done.answer);
  }

  /** The other side has nothing more to say. */
  #end(): void {
    try {
      if (this.#underWay?.answer.end() === true) this.#finish(false);
      else this.#fail(undefined);
    } catch (error) {
      this.#refuse(error);
    }
    this.destroy();
  }

  /** What came is no answer. */
  #refuse(fault: unknown): void {
    const done = this.#settle();
    this.destroy();
    if (done === undefined) throw fault;
    done.exchange.end.onError(describeFault(fault, done.exchange.request));
  }

  /** The connection broke; without an error, it was closed too early. */
  #fail(error: Error | undefined): void {
    const done = this.#settle();
    if (done === undefined) return;
    const { exchange, answer } = done;
    const { end, request } = exchange;
    const code = systemErrorCode(error);
    const isClosed = error === undefined || code === 'ECONNRESET' || code === 'EPIPE';
    if (this.#isUsed && isClosed && answer.isUntouched) this.#options.onStale(exchange);
    else
      end.onError(error === undefined ? closedEarly() : describeNetworkError(error, request.url));
  }

  /** Ends the exchange under way; it answers it once. */
  #settle(): UnderWay | undefined {
    const done = this.#underWay;
    if (done === undefined) return undefined;
    this.#underWay = undefined;
    done.exchange.connection = undefined;
    this.#options.buffers.giveBack(done.sink);
    return done;
  }
}

function describeFault(error: unknown, { bodyBytesMax, url }: BodyRequest): Error {
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
    return this.#free.pop() ?? { bytes: NO_BYTES };
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
