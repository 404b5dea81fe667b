import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { HttpAnswer, HttpFault, HttpOverflow } from './http-answer.ts';

interface Outcome {
  readonly answer: HttpAnswer;
  readonly body: string;
  /** Bytes that came after the answer. */
  readonly restBytes: number;
}

/** Reads an answer that comes in pieces of some sizes; the last piece is all of the rest. */
function read(text: string, sizes: readonly number[] = [], bodyBytesMax = 100): Outcome {
  const answer = new HttpAnswer({ bytes: Buffer.alloc(0) }, bodyBytesMax);
  const bytes = Buffer.from(text, 'latin1');
  let at = 0;
  let body: string | undefined;
  for (const size of [...sizes, bytes.length]) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    const taken = answer.push(piece);
    at += taken;
    if (answer.isDone) break;
    // What was read must not depend on bytes that will be overwritten by the next ones.
    body = undefined;
    piece.fill(0);
  }
  if (!answer.isDone) answer.end();
  body ??= answer.body.toString('latin1');
  return { answer, body, restBytes: bytes.length - at };
}

const HEAD = 'HTTP/1.1 200 OK\r\n';

describe('an answer', () => {
  it('has a body of a length, in chunks, or until the connection ends', () => {
    const check = (text: string, want: string, isKeptAlive: boolean): void => {
      const { answer, body } = read(text);
      assert.deepEqual([body, answer.isDone, answer.isKeptAlive], [want, true, isKeptAlive], text);
    };
    check(`${HEAD}Content-Length: 4\r\n\r\na 1\n`, 'a 1\n', true);
    check(`${HEAD}content-length:0\r\n\r\n`, '', true);
    check(`${HEAD}\r\na 1\n`, 'a 1\n', false);
    const chunked = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
    check(`${chunked}2\r\na \r\n00a;x=y\r\n1\nbbbbbbbb\r\n0\r\n\r\n`, 'a 1\nbbbbbbbb', true);
    check(`${chunked}1\r\nx\r\n0\r\nTrailer: 1\r\n\r\n`, 'x', true);
    check('HTTP/1.0 200 OK\nContent-Length: 1\n\nx', 'x', false);
    check(`${HEAD}Connection: close\r\nContent-Length: 1\r\n\r\nx`, 'x', false);
    check('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n', '', true);
  });

  it('tells its status and the headers that matter', () => {
    const head = 'HTTP/1.1 404 Not Found\r\nCONTENT-TYPE:  text/html \r\nLocation: /x\r\n';
    const { answer } = read(`${head}Content-Encoding: GZIP\r\nContent-Length: 0\r\n\r\n`);
    assert.deepEqual(
      [answer.status, answer.reason, answer.contentType, answer.location, answer.contentEncoding],
      [404, 'Not Found', 'text/html', '/x', 'gzip'],
    );
  });

  it('of which nobody reads the body ends before it, unless that is short', () => {
    const long = read(`HTTP/1.1 500 Oops\r\nContent-Length: 99999\r\n\r\nxxx`);
    assert.deepEqual([long.answer.isDone, long.answer.isKeptAlive], [true, false]);
    const short = read(`HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nxxx`);
    assert.deepEqual([short.answer.isDone, short.answer.isKeptAlive], [true, true]);
  });

  it('leaves what follows it alone', () => {
    assert.equal(read(`${HEAD}Content-Length: 1\r\n\r\nxHTTP/1.1 200`).restBytes, 12);
  });

  it('is refused where it is no HTTP, or contradicts itself', () => {
    const refuse = (text: string, want: RegExp): void =>
      assert.throws(
        () => read(text),
        (e) => e instanceof HttpFault && want.test(e.message),
        text,
      );
    refuse('SSH-2.0', /does not begin with "HTTP\/1."/);
    refuse('HTTP/2 200\r\n\r\n', /does not begin/);
    refuse('HTTP/1.1 2000 OK\r\n\r\n', /its first line is "HTTP\/1.1 2000 OK"/);
    refuse(`${HEAD}no colon\r\n\r\n`, /a line of its head is "no colon"/);
    refuse(`${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`, /two lengths/);
    refuse(`${HEAD}Content-Length: -1\r\n\r\n`, /it tells the length "-1"/);
    refuse(`${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, /length, and chunks/);
    refuse(`${HEAD}Transfer-Encoding: gzip\r\n\r\n`, /transferred as "gzip"/);
    refuse(`${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /the size of a chunk is "zz"/);
    refuse(
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n`,
      /a chunk is longer than it says/,
    );
    refuse(`${HEAD}X: ${'y'.repeat(70_000)}`, /more than 65536 bytes/);
    refuse('HTTP/1.1 200', /it ends within its head/);
    refuse('HTTP/1.1 101 Switching\r\n\r\n', /changes the protocol/);
  });

  it('has no larger body than it may have', () => {
    const refuse = (text: string): void => assert.throws(() => read(text), HttpOverflow, text);
    refuse(`${HEAD}Content-Length: 101\r\n\r\n`);
    refuse(`${HEAD}\r\n${'x'.repeat(101)}`);
    refuse(`${HEAD}Transfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(101)}`);
  });

  it('is not complete before its end', () => {
    const cut = read(`${HEAD}Content-Length: 5\r\n\r\nabc`);
    assert.deepEqual([cut.answer.isDone, cut.answer.bodyBytes], [false, 3]);
    assert.equal(read(`${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`).answer.isDone, false);
  });
});

describe('any bytes as an answer', () => {
  it('mean the same in whatever pieces they come', () => {
    const seed = 909;
    const random = createSeededRandom(seed);
    const parts = [HEAD, '\r\n', '\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n'];
    parts.push(
      '5\r\nabcde\r\n',
      '0\r\n\r\n',
      'x',
      'HTTP/1.1 100 C\r\n\r\n',
      'Connection: close\r\n',
    );
    const below = (end: number): number => Math.floor(random.float() * end);
    const outcome = (text: string, sizes: readonly number[]): unknown => {
      try {
        const { answer, body, restBytes } = read(text, sizes);
        return { body, restBytes, isDone: answer.isDone, isKeptAlive: answer.isKeptAlive };
      } catch (error) {
        assert.ok(error instanceof HttpFault || error instanceof HttpOverflow, String(error));
        return error.name;
      }
    };
    for (let round = 0; round < 4000; round++) {
      const text =
        HEAD + Array.from({ length: below(7) }, () => parts[below(parts.length)]).join('');
      const sizes = Array.from({ length: 1 + below(30) }, () => 1 + below(9));
      const note = `seed ${seed}: ${JSON.stringify(text)} in ${sizes.join()}`;
      assert.deepEqual(outcome(text, sizes), outcome(text, []), note);
    }
  });
});
