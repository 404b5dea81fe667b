/**
 * Reads one HTTP/1.1 answer (RFC 9112) from the bytes of a connection as they come: status, the few
 * headers that matter to a scrape, and the body, whether its length is told, it comes in chunks, or
 * it ends with the connection. Pure: bytes in, states out; `plain-http.ts` holds the connections.
 */
import {
  HTTP_CHUNK_LINE_BYTES_MAX,
  HTTP_HEAD_BYTES_MAX,
  REFUSED_BODY_BYTES_MAX,
} from './limits.ts';
import { isSameBytes } from './text-hash.ts';

/** Bytes that are no HTTP answer. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
}

/** A body is larger than it may be. */
export class HttpOverflow extends Error {
  override readonly name = 'HttpOverflow';
}

/** Where a body is collected; grown by the reader as needed. */
export interface BodySink {
  bytes: Buffer;
}

type State = 'head' | 'length' | 'chunkLine' | 'chunk' | 'chunkEnd' | 'trailer' | 'close' | 'done';

/** Shared by all that hold nothing yet: even an empty one takes its time to make. */
export const NO_BYTES = Buffer.alloc(0);
const BEGINNING = Buffer.from('HTTP/1.');
/** How nearly all answers begin. */
const GOOD_BEGINNING = 'HTTP/1.1 200 ';
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BODY_BYTES_FIRST = 16 * 1024;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/;
/** Bits by the lengths of the headers that are read, all below 32. */
const KNOWN_LENGTHS = [
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'location',
  'connection',
].reduce((bits, name) => bits | (1 << name.length), 0);
const NO_BODY: readonly number[] = [204, 304];
const SWITCHING = 101;
const OK = 200;

export class HttpAnswer {
  status = 0;
  reason = '';
  contentType = '';
  contentEncoding = 'identity';
  location = '';
  /** Whether the other side keeps the connection open after this answer. */
  isKeptAlive = true;
  /** Bytes of the body that have come. */
  bodyBytes = 0;
  readonly #sink: BodySink;
  readonly #bodyBytesMax: number;
  #state: State = 'head';
  /** What has come of the head, or of a line between chunks, until it is complete. */
  #line: Buffer = NO_BYTES;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #rest = 0;
  #headBytes = 0;
  #whole: Buffer | undefined;

  constructor(sink: BodySink, bodyBytesMax: number) {
    this.#sink = sink;
    this.#bodyBytesMax = bodyBytesMax;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Whether nothing at all has come. */
  get isUntouched(): boolean {
    return this.#state === 'head' && this.#headBytes === 0;
  }

  /** The body so far: a view of the sink, or of the bytes that it came in as a whole. */
  get body(): Buffer {
    return this.#whole ?? this.#sink.bytes.subarray(0, this.bodyBytes);
  }

  /**
   * Takes the bytes before `end`; answers how many belong to this answer. Throws a HttpFault or a
   * HttpOverflow.
   */
  push(bytes: Buffer, end: number = bytes.length): number {
    let at = 0;
    while (at < end && this.#state !== 'done') {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(bytes, at, end);
          break;
        case 'length':
        case 'chunk':
          at = this.#readCounted(bytes, at, end);
          break;
        case 'close':
          at = this.#copy(bytes, at, end);
          break;
        case 'chunkLine':
        case 'chunkEnd':
        case 'trailer':
          at = this.#readLine(bytes, at, end);
      }
    }
    return at;
  }

  /** The connection ended; answers whether that completes the answer. */
  end(): boolean {
    if (this.#state === 'close') this.#state = 'done';
    if (this.#state === 'head' && this.#headBytes > 0) {
      throw new HttpFault('it ends within its head');
    }
    return this.isDone;
  }

  #readHead(bytes: Buffer, from: number, to: number): number {
    // Nearly always the head comes in one piece, so that nothing needs to be kept of it.
    const before = this.#line.length;
    if (before === 0) return this.#readHeadIn(bytes, from, to);
    const whole = Buffer.concat([this.#line, bytes.subarray(from, to)]);
    this.#line = NO_BYTES;
    return from + this.#readHeadIn(whole, 0, whole.length) - before;
  }

  /** Reads a head that begins in these bytes; answers its end, or theirs where they hold a part. */
  #readHeadIn(bytes: Buffer, from: number, to: number): number {
    this.#headBytes = to - from;
    if (!looksLikeHttp(bytes, from, to)) throw new HttpFault('it does not begin with "HTTP/1."');
    const end = findHeadEnd(bytes, from, to);
    if ((end < 0 ? to : end) - from > HTTP_HEAD_BYTES_MAX) {
      throw new HttpFault(`its head has more than ${HTTP_HEAD_BYTES_MAX} bytes`);
    }
    if (end < 0) {
      this.#line = Buffer.from(bytes.subarray(from, to));
      return to;
    }
    this.#parseHead(bytes.toString('latin1', from, end));
    return end;
  }

  #parseHead(text: string): void {
    const lineEnd = text.indexOf('\n');
    this.#parseStatus(text.slice(0, trimmedEnd(text, 0, lineEnd)));
    let length: string | undefined;
    let transfer = '';
    let newline = lineEnd;
    for (let at = lineEnd + 1; at < text.length; at = newline + 1) {
      newline = text.indexOf('\n', at);
      const to = trimmedEnd(text, at, newline);
      if (to === at) continue;
      const colon = text.indexOf(':', at);
      if (colon <= at || colon >= to) {
        throw new HttpFault(`a line of its head is ${JSON.stringify(text.slice(at, to))}`);
      }
      // Most headers are of no interest; the length of the name tells nearly all of them.
      if (colon - at > 31 || ((KNOWN_LENGTHS >>> (colon - at)) & 1) === 0) continue;
      const value = text.slice(colon + 1, to).trim();
      switch (text.slice(at, colon).toLowerCase()) {
        case 'content-length':
          if (length !== undefined && length !== value) throw new HttpFault('it tells two lengths');
          length = value;
          break;
        case 'transfer-encoding':
          transfer = value.toLowerCase();
          break;
        case 'content-type':
          this.contentType = value;
          break;
        case 'content-encoding':
          this.contentEncoding = value.toLowerCase();
          break;
        case 'location':
          this.location = value;
          break;
        case 'connection':
          if (/\bclose\b/i.test(value)) this.isKeptAlive = false;
          else if (/\bkeep-alive\b/i.test(value)) this.isKeptAlive = true;
      }
    }
    this.#beginBody(length, transfer);
  }

  #parseStatus(line: string): void {
    this.isKeptAlive = true;
    if (line.startsWith(GOOD_BEGINNING)) {
      this.status = OK;
      this.reason = line.slice(GOOD_BEGINNING.length);
      return;
    }
    const match = STATUS_LINE.exec(line);
    if (match === null) throw new HttpFault(`its first line is ${JSON.stringify(line)}`);
    const [, minor, status, reason] = match;
    this.status = Number(status);
    this.reason = reason ?? '';
    this.isKeptAlive = minor === '1';
  }

  #beginBody(length: string | undefined, transfer: string): void {
    if (this.status === SWITCHING) throw new HttpFault('it changes the protocol');
    // What announces an answer is none: the real one follows.
    if (this.status < 200) {
      this.#state = 'head';
      this.#headBytes = 0;
    } else if (NO_BODY.includes(this.status)) this.#state = 'done';
    else if (this.status !== OK && !(Number(length) <= REFUSED_BODY_BYTES_MAX)) {
      // Nobody reads it, and it is too long to be read for the sake of the connection.
      this.isKeptAlive = false;
      this.#state = 'done';
    } else if (transfer !== '') {
      if (transfer !== 'chunked') throw new HttpFault(`it is transferred as "${transfer}"`);
      if (length !== undefined) throw new HttpFault('it has a length, and chunks');
      this.#state = 'chunkLine';
    } else if (length === undefined) {
      this.#state = 'close';
      this.isKeptAlive = false;
    } else this.#expectBody(length);
  }

  #expectBody(length: string): void {
    if (!/^\d{1,15}$/.test(length)) {
      throw new HttpFault(`it tells the length ${JSON.stringify(length)}`);
    }
    this.#rest = Number(length);
    if (this.#rest > this.#bodyBytesMax) throw new HttpOverflow();
    this.#state = this.#rest === 0 ? 'done' : 'length';
  }

  #readCounted(bytes: Buffer, at: number, end: number): number {
    const to = Math.min(end, at + this.#rest);
    const isWhole = this.#state === 'length' && this.bodyBytes === 0 && to - at === this.#rest;
    if (isWhole) {
      this.#whole = bytes.subarray(at, to);
      this.bodyBytes = to - at;
    } else {
      // All that is to come, so that the memory grows once.
      this.#reserve(this.#rest);
      this.#copy(bytes, at, to);
    }
    this.#rest -= to - at;
    if (this.#rest === 0) this.#state = this.#state === 'chunk' ? 'chunkEnd' : 'done';
    return to;
  }

  /** Reads a line between chunks: a size, the end of a chunk, a trailer. */
  #readLine(bytes: Buffer, at: number, end: number): number {
    const found = bytes.indexOf(NEWLINE, at);
    const newline = found < end ? found : -1;
    const to = newline < 0 ? end : newline;
    const isNew = this.#line.length === 0;
    const line = isNew
      ? bytes.subarray(at, to)
      : Buffer.concat([this.#line, bytes.subarray(at, to)]);
    if (line.length > HTTP_CHUNK_LINE_BYTES_MAX)
      throw new HttpFault('a line of a chunk is too long');
    if (newline < 0) {
      this.#line = Buffer.from(line);
      return end;
    }
    this.#line = NO_BYTES;
    const hasReturn = line.length > 0 && line[line.length - 1] === RETURN;
    this.#takeLine(line.toString('latin1', 0, hasReturn ? line.length - 1 : line.length));
    return newline + 1;
  }

  #takeLine(line: string): void {
    if (this.#state === 'chunkEnd') {
      if (line !== '') throw new HttpFault('a chunk is longer than it says');
      this.#state = 'chunkLine';
      return;
    }
    if (this.#state === 'trailer') {
      this.#headBytes += line.length;
      if (this.#headBytes > HTTP_HEAD_BYTES_MAX) throw new HttpFault('its trailer is too long');
      if (line === '') this.#state = 'done';
      return;
    }
    const size = CHUNK_SIZE.exec(line)?.[1];
    if (size === undefined) throw new HttpFault(`the size of a chunk is ${JSON.stringify(line)}`);
    this.#rest = Number.parseInt(size, 16);
    this.#state = this.#rest === 0 ? 'trailer' : 'chunk';
  }

  #copy(bytes: Buffer, from: number, to: number): number {
    this.#reserve(to - from);
    bytes.copy(this.#sink.bytes, this.bodyBytes, from, to);
    this.bodyBytes += to - from;
    return to;
  }

  #reserve(moreBytes: number): void {
    const need = this.bodyBytes + moreBytes;
    if (need > this.#bodyBytesMax) throw new HttpOverflow();
    if (need <= this.#sink.bytes.length) return;
    const capacity = Math.max(need, 2 * this.#sink.bytes.length, BODY_BYTES_FIRST);
    const grown = Buffer.allocUnsafeSlow(Math.min(capacity, Math.max(need, this.#bodyBytesMax)));
    this.#sink.bytes.copy(grown, 0, 0, this.bodyBytes);
    this.#sink.bytes = grown;
  }
}

/** Where a line ends whose line feed is known, without a carriage return before it. */
function trimmedEnd(text: string, from: number, newline: number): number {
  return newline > from && text.charCodeAt(newline - 1) === RETURN ? newline - 1 : newline;
}

function looksLikeHttp(bytes: Uint8Array, from: number, to: number): boolean {
  const length = Math.min(to - from, BEGINNING.length);
  return isSameBytes(BEGINNING, 0, bytes, from, length);
}

/** The offset after the blank line that ends a head; -1 where it has not come. */
function findHeadEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== NEWLINE) continue;
    const next = at + 1 < to && bytes[at + 1] === RETURN ? at + 2 : at + 1;
    if (next < to && bytes[next] === NEWLINE) return next + 1;
  }
  return -1;
}
