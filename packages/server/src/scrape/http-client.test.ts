/** Against real servers on loopback: proxies and sockets, which scrapes of usual jobs do not use. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import {
  type HttpClientConfig,
  DEFAULT_HTTP_CLIENT,
  createSystemClock,
} from '../platform/index.ts';
import { createHttpClient, type HttpClientOptions } from './http-client.ts';

async function listen(context: TestContext, server: Server, at: string | 0): Promise<string> {
  if (at === 0) server.listen(0, '127.0.0.1');
  else server.listen(at);
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address === 'string') return address;
  return `http://127.0.0.1:${address?.port ?? 0}`;
}

async function get(
  url: string,
  config: Partial<HttpClientConfig>,
  options: Partial<HttpClientOptions> = {},
): Promise<string> {
  const clock = createSystemClock();
  const client = createHttpClient({ ...DEFAULT_HTTP_CLIENT, ...config }, { clock, ...options });
  try {
    const signal = AbortSignal.timeout(10_000);
    return await text(await client.send({ url, headers: {}, signal }));
  } finally {
    client.close();
  }
}

describe('the HTTP client', () => {
  it('asks the proxy for what is not excepted', async (context) => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('by proxy');
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 503 Unavailable\r\n\r\n');
    });
    const url = await listen(context, proxy, 0);
    const through = { proxy: { kind: 'url', url, noProxy: '' } } as const;
    assert.equal(await get('http://far.example/metrics?a=b', through), 'by proxy');
    await assert.rejects(get('https://far.example/', through));
    assert.deepEqual(asked, ['http://far.example/metrics?a=b', 'CONNECT far.example:443']);
    const near = createServer((_request, response) => void response.end('straight'));
    const excepted = { proxy: { kind: 'url', url, noProxy: 'other' } } as const;
    assert.equal(await get(await listen(context, near, 0), excepted), 'straight');
    assert.equal(asked.length, 2);
  });

  it('asks over a Unix socket', async (context) => {
    const dir = mkdtempSync(join(tmpdir(), 'nines-socket-'));
    context.after(() => rmSync(dir, { recursive: true }));
    const server = createServer((request, response) => void response.end(request.url));
    const socketPath = await listen(context, server, join(dir, 's'));
    assert.equal(
      await get('http://docker/containers/json', {}, { socketPath }),
      '/containers/json',
    );
  });

  it('connects to no address that is refused: as it stands, looked up, or redirected to', async (context) => {
    const target = createServer((_request, response) => void response.end('reached'));
    const url = await listen(context, target, 0);
    const { port } = new URL(url);
    const redirecting = createServer((request, response) => {
      response.writeHead(307, { location: `http://127.0.0.2:${port}${request.url}` }).end();
    });
    const from = await listen(context, redirecting, 0);
    const judged: string[] = [];
    const findRefusal = (address: string): string | undefined => {
      judged.push(address);
      return address === '127.0.0.1' ? undefined : `${address} is not for us`;
    };
    assert.equal(await get(url, {}, { findRefusal }), 'reached');
    await assert.rejects(get(`http://127.0.0.2:${port}`, {}, { findRefusal }), /not for us/);
    await assert.rejects(get(from, {}, { findRefusal }), /127\.0\.0\.2 is not for us/);
    const refuseAll = (address: string): string => `${address} is not for us`;
    await assert.rejects(
      get(`http://localhost:${port}`, {}, { findRefusal: refuseAll }),
      /is not for us/,
    );
    assert.deepEqual(judged, ['127.0.0.1', '127.0.0.2', '127.0.0.1', '127.0.0.2']);
  });

  it('takes no credentials along to another server', async (context) => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const elsewhere = await listen(context, other, 0);
    const first = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(308, { location: elsewhere }).end();
    });
    const client = createHttpClient(DEFAULT_HTTP_CLIENT, { clock: createSystemClock() });
    context.after(() => client.close());
    const url = await listen(context, first, 0);
    const signal = AbortSignal.timeout(10_000);
    await text(await client.send({ url, headers: { authorization: 'Own key' }, signal }));
    assert.deepEqual(seen, ['Own key', undefined]);
  });
});
