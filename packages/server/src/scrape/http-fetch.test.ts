/** Against real servers on loopback: what targets do right, and all that they do wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  type HttpClientConfig,
  type TlsConfig,
  DEFAULT_HTTP_CLIENT,
  AppError,
  createSystemClock,
} from '../platform/index.ts';
import { type FetchedBody, noAnswerWithin } from './fetch-body.ts';
import { abortReason, formatSize } from './http-body.ts';
import { createHttpFetcher, type HttpFetcher } from './http-fetch.ts';

const TEXT = 'text/plain; version=0.0.4';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

const serve = async (listener: RequestListener): Promise<string> => listen(createServer(listener));

function createFetcher(config: Partial<HttpClientConfig> = {}): HttpFetcher {
  const fetcher = createHttpFetcher({ ...DEFAULT_HTTP_CLIENT, ...config }, createSystemClock());
  closers.push(() => fetcher.close());
  return fetcher;
}

interface FetchOptions {
  readonly fetcher?: HttpFetcher;
  readonly bodyBytesMax?: number;
  readonly signal?: AbortSignal;
}

async function fetchFrom(url: string, options: FetchOptions = {}): Promise<FetchedBody> {
  const { promise, resolve, reject } = Promise.withResolvers<FetchedBody>();
  const request = {
    url,
    headers: { Accept: 'text/plain', 'Accept-Encoding': 'gzip' },
    bodyBytesMax: options.bodyBytesMax ?? 1024,
  };
  const end = { onBody: resolve, onError: reject };
  const fetching = (options.fetcher ?? createFetcher()).begin(request, end);
  const { signal } = options;
  signal?.addEventListener('abort', () => fetching.cancel(abortReason(signal)));
  return promise;
}

/** Expects a failure with a reason that a person understands. */
async function refuse(
  url: string,
  reason: string | RegExp,
  options: FetchOptions = {},
): Promise<AppError> {
  try {
    await fetchFrom(url, options);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    if (typeof reason === 'string') assert.equal(error.message, reason);
    else assert.match(error.message, reason);
    return error;
  }
  throw new assert.AssertionError({ message: `${url} was fetched` });
}

function send(response: ServerResponse, body: string | Buffer, headers = {}): void {
  response.writeHead(200, { 'Content-Type': TEXT, ...headers }).end(body);
}

describe('a good answer', () => {
  it('is read, plain or compressed', async () => {
    let headers: IncomingHttpHeaders = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      if (request.url === '/gzip') {
        send(response, gzipSync('b 2\n'), { 'Content-Encoding': 'gzip' });
      } else send(response, 'a 1\n');
    });
    const plain = await fetchFrom(`${url}/plain`);
    assert.deepEqual([Buffer.from(plain.bytes).toString(), plain.contentType], ['a 1\n', TEXT]);
    assert.equal(headers['accept-encoding'], 'gzip');
    const zipped = await fetchFrom(`${url}/gzip`);
    assert.equal(Buffer.from(zipped.bytes).toString(), 'b 2\n');
  });

  it('may be large', async () => {
    const body = Buffer.from('a 1\n'.repeat(1_000_000));
    const url = await serve((_request, response) =>
      send(response, gzipSync(body), { 'Content-Encoding': 'gzip' }),
    );
    const { bytes } = await fetchFrom(url, { bodyBytesMax: body.length });
    assert.ok(body.equals(bytes));
  });

  it('comes over the same connection again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      send(response, 'a 1\n');
    });
    const fetcher = createFetcher();
    for (let i = 0; i < 3; i++) await fetchFrom(url, { fetcher });
    assert.equal(ports.size, 1);
  });

  it('comes on a new connection where the old one was closed meanwhile', async () => {
    // A server that closes each connection when the second request comes in over it.
    const server = createTcpServer((socket: Socket) => {
      let requestCount = 0;
      socket.on('error', () => {});
      socket.on('data', () => {
        if (++requestCount === 2) socket.resetAndDestroy();
        else {
          const head = `HTTP/1.1 200 OK\r\nContent-Type: ${TEXT}\r\nContent-Length: 4`;
          socket.write(`${head}\r\nConnection: keep-alive\r\n\r\na 1\n`);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const fetcher = createFetcher();
    for (let i = 0; i < 4; i++) {
      const { bytes } = await fetchFrom(`http://127.0.0.1:${port}`, { fetcher });
      assert.equal(Buffer.from(bytes).toString(), 'a 1\n');
    }
  });

  it('may be empty', async () => {
    const url = await serve((_request, response) => send(response, ''));
    assert.equal((await fetchFrom(url)).bytes.length, 0);
  });
});

describe('a request', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nines-fetch-'));
  after(() => rmSync(folder, { recursive: true }));

  async function headersOf(config: Partial<HttpClientConfig>): Promise<IncomingHttpHeaders> {
    let headers: IncomingHttpHeaders = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      send(response, '');
    });
    await fetchFrom(url, { fetcher: createFetcher(config) });
    return headers;
  }

  it('carries the credentials', async () => {
    const path = join(folder, 'password');
    writeFileSync(path, ' geheim\n');
    const username = { kind: 'text', text: 'u' } as const;
    const password = { kind: 'file', path } as const;
    const basic = await headersOf({ auth: { kind: 'basic', username, password } });
    assert.equal(basic.authorization, `Basic ${Buffer.from('u:geheim').toString('base64')}`);
    const token = { kind: 'text', text: 't' } as const;
    const bearer = await headersOf({ auth: { kind: 'token', scheme: 'Bearer', token } });
    assert.equal(bearer.authorization, 'Bearer t');
  });

  it('carries the configured headers', async () => {
    const values = ['1', '2'].map((text) => ({ kind: 'text', text }) as const);
    assert.equal((await headersOf({ headers: [{ name: 'X-A', values }] }))['x-a'], '1, 2');
  });

  it('is not sent where a secret cannot be read', async () => {
    const token = { kind: 'file', path: join(folder, 'absent') } as const;
    const fetcher = createFetcher({ auth: { kind: 'token', scheme: 'Bearer', token } });
    const error = await refuse('http://127.0.0.1:1', /^cannot read the secret in ".*absent"$/, {
      fetcher,
    });
    assert.equal(error.code, 'SCRAPE_SECRET_UNREADABLE');
  });
});

describe('a redirect', () => {
  it('is followed, with credentials only to where they belong', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      send(response, 'a 1\n');
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location = request.url === '/' ? '/next' : other;
      response.writeHead(302, { Location: location }).end();
    });
    const token = { kind: 'text', text: 't' } as const;
    const fetcher = createFetcher({ auth: { kind: 'token', scheme: 'Bearer', token } });
    const { bytes } = await fetchFrom(url, { fetcher });
    assert.equal(Buffer.from(bytes).toString(), 'a 1\n');
    assert.deepEqual(seen, ['Bearer t', 'Bearer t', undefined]);
  });

  it('in a circle ends', async () => {
    let count = 0;
    const url = await serve((_request, response) => {
      count++;
      response.writeHead(307, { Location: '/again' }).end();
    });
    await refuse(url, 'stopped after 10 redirects');
    // The first request finds out that this address points elsewhere, once and for all.
    assert.equal(count, 12);
  });

  it('to something else than HTTP is refused', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { Location: 'file:///etc/passwd' }).end();
    });
    await refuse(url, 'redirect to "file:///etc/passwd", which is not an HTTP address');
  });

  it('is an answer like any other where following is off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { Location: '/next' }).end();
    });
    const fetcher = createFetcher({ followRedirects: false });
    await refuse(url, 'server returned HTTP status 302 Found', { fetcher });
  });
});

describe('a bad answer', () => {
  it('has a status other than 200', async () => {
    const url = await serve((_request, response) => response.writeHead(500).end('oops'));
    const error = await refuse(url, 'server returned HTTP status 500 Internal Server Error');
    assert.equal(error.code, 'SCRAPE_STATUS');
  });

  it('is larger than allowed, by its own word or by its bytes', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/long') return send(response, 'x'.repeat(2000));
      response.writeHead(200, { 'Content-Type': TEXT });
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      response.on('error', () => {});
      more();
    });
    const error = await refuse(url, 'body exceeded 64 KiB', { bodyBytesMax: 65_536 });
    assert.equal(error.code, 'SCRAPE_BODY_TOO_LARGE');
    await refuse(`${url}/long`, 'body exceeded 1999 bytes', { bodyBytesMax: 1999 });
    await fetchFrom(`${url}/long`, { bodyBytesMax: 2000 });
  });

  it('is larger than allowed only when unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const url = await serve((_request, response) =>
      send(response, bomb, { 'Content-Encoding': 'gzip' }),
    );
    const rssBefore = process.memoryUsage().rss;
    await refuse(url, 'body exceeded 1 MiB', { bodyBytesMax: 1024 * 1024 });
    assert.ok(process.memoryUsage().rss - rssBefore < 40 * 1024 * 1024, 'it was not unpacked');
  });

  it('is larger than allowed though its trailer says that it is small', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
    bomb.writeUInt32LE(10, bomb.length - 4);
    const url = await serve((_request, response) =>
      send(response, bomb, { 'Content-Encoding': 'gzip' }),
    );
    await refuse(url, 'body exceeded 4 MiB', { bodyBytesMax: 4 * 1024 * 1024 });
  });

  it('says gzip and is not, or is of a kind that nobody asked for', async () => {
    const url = await serve((request, response) =>
      send(response, 'a 1\n', { 'Content-Encoding': request.url === '/br' ? 'br' : 'gzip' }),
    );
    await refuse(url, 'the body is not valid gzip');
    await refuse(`${url}/br`, 'unsupported Content-Encoding "br"');
  });

  it('breaks off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': TEXT, 'Content-Length': 100 });
      response.write('a 1\n', () => response.destroy());
    });
    await refuse(url, 'connection closed by the target before its answer was complete');
  });

  it('is not HTTP at all', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await refuse(`http://127.0.0.1:${port}`, /^the answer is not valid HTTP: /);
    await refuse(`https://127.0.0.1:${port}`, /^TLS handshake failed: /);
  });
});

describe('no answer', () => {
  it('because nobody listens', async () => {
    const error = await refuse('http://127.0.0.1:1', 'connection refused');
    assert.equal(error.code, 'SCRAPE_CONNECTION_FAILED');
  });

  it('because there is no such host', async () => {
    await refuse('http://nines-no-such-host.invalid/', /^(no such|cannot look up) host "nines-no-/);
  });

  it('in time: the reason is the one that the caller gave', async () => {
    const abort = new AbortController();
    const url = await serve(() => abort.abort(noAnswerWithin('10s')));
    const error = await refuse(url, 'no answer within 10s', { signal: abort.signal });
    assert.equal(error.code, 'SCRAPE_TIMEOUT');
  });

  it('to the end in time: the reason says how far it came', async () => {
    const abort = new AbortController();
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': TEXT });
      response.write('a 1\n');
    });
    const pending = refuse(url, /^no answer within 10s/, { signal: abort.signal });
    // The body stalls after its first line; when another server has answered, that line is here.
    const probe = await serve((_request, response) => send(response, ''));
    await fetchFrom(probe);
    abort.abort(noAnswerWithin('10s'));
    await pending;
  });
});

const OPENSSL = 'openssl';
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0;

describe('TLS', { skip: hasOpenssl ? false : 'no openssl' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'nines-tls-'));
  after(() => rmSync(folder, { recursive: true }));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  const subject = ['-subj', '/CN=target', '-addext', 'subjectAltName=DNS:target'];
  spawnSync(OPENSSL, [...request.split(' '), ...subject, '-keyout', key, '-out', cert]);

  async function serveTls(): Promise<string> {
    const options = { cert: readFileSync(cert), key: readFileSync(key) };
    const server = createTlsServer(options, (_request, response) => send(response, 'a 1\n'));
    return (await listen(server)).replace('http:', 'https:');
  }

  function createTlsFetcher(tls: Partial<TlsConfig>): HttpFetcher {
    return createFetcher({ tls: { ...DEFAULT_HTTP_CLIENT.tls, ...tls } });
  }

  it('needs a certificate that is trusted and has the name', async () => {
    const url = await serveTls();
    await refuse(url, /^TLS certificate refused: self-signed certificate/);
    const ca = { kind: 'file', path: cert } as const;
    const unnamed = createTlsFetcher({ ca });
    await refuse(url, /^TLS certificate refused: .*does not match/, { fetcher: unnamed });
    const named = createTlsFetcher({ ca, serverName: 'target' });
    assert.equal((await fetchFrom(url, { fetcher: named })).bytes.length, 4);
  });

  it('takes any where it is told not to look', async () => {
    const fetcher = createTlsFetcher({ insecureSkipVerify: true });
    assert.equal((await fetchFrom(await serveTls(), { fetcher })).bytes.length, 4);
  });
});

describe('a size', () => {
  it('is written as people configure it', () => {
    const check = (sizeBytes: number, want: string): void =>
      assert.equal(formatSize(sizeBytes), want);
    check(64 * 1024 * 1024, '64 MiB');
    check(1024 ** 3, '1 GiB');
    check(1536, '1536 bytes');
  });
});
