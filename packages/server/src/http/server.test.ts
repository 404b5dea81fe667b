import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { Registry } from 'prom-client';
import { createSilentLog, limitExceeded } from '../platform/index.ts';
import { createHostGuard } from './host-guard.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import { createHttpMetrics } from './metrics.ts';
import { createHttpServer, readCookie } from './server.ts';

const HOST = 'nines.example';
const viewer = { config: { access: 'viewer' } } as const;

interface SetUp {
  readonly trustedProxies?: readonly string[];
  readonly isStarting?: () => boolean;
}

function setUp({ trustedProxies = [], isStarting = () => false }: SetUp = {}): {
  readonly server: FastifyInstance;
  readonly registry: Registry;
} {
  const registry = new Registry();
  const server = createHttpServer({
    log: createSilentLog(),
    guard: createHostGuard({ isAuthRequired: true, externalUrl: `http://${HOST}` }),
    authenticate: async ({ apiToken, sessionToken }) =>
      apiToken === 'good' || sessionToken === 'good'
        ? { id: 'us_1', name: 'somebody', displayName: 'Somebody', role: 'viewer' }
        : undefined,
    tls: undefined,
    trustedProxies,
    isStarting,
    metrics: createHttpMetrics(registry),
  });
  server.get('/who', viewer, async ({ actor }) => actor?.displayName);
  server.get('/address', { config: { access: 'public' } }, async ({ ip, protocol }) => ({
    ip,
    protocol,
  }));
  server.post('/act', viewer, async () => 'done');
  server.get('/bug', viewer, async () => {
    throw new Error('the password is 1234');
  });
  server.get('/busy', viewer, async () => {
    throw limitExceeded('AUTH_BUSY', 'try again', { retryAfterSeconds: 7 });
  });
  return { server, registry };
}

describe('HTTP server that starts', () => {
  it('answers only what needs nothing of what is not there yet', async () => {
    let isStarting = true;
    const { server } = setUp({ isStarting: () => isStarting });
    const config = { access: 'public', answersAtStart: true } as const;
    server.get('/-/healthy', { config }, async () => 'healthy');
    const statusOf = async (url: string): Promise<number> => {
      const headers = { host: HOST, authorization: 'Bearer good' };
      const { statusCode, headers: got } = await server.inject({ method: 'GET', url, headers });
      assert.equal(got['retry-after'], statusCode === 503 ? '1' : undefined);
      return statusCode;
    };
    const urls = ['/-/healthy', '/who', '/address', '/nothing'];
    assert.deepEqual(await Promise.all(urls.map(statusOf)), [200, 503, 503, 503]);
    isStarting = false;
    assert.deepEqual(await Promise.all(urls.map(statusOf)), [200, 200, 200, 404]);
  });
});

describe('HTTP server', () => {
  const { server, registry } = setUp();
  const send = async (url: string, options: InjectOptions = {}) =>
    server.inject({ method: 'GET', url, ...options, headers: { host: HOST, ...options.headers } });
  const cookie = 'nines_session=good';

  it('knows a session, a bearer token and a token as Basic password', async () => {
    const basic = `Basic ${Buffer.from('anything:good').toString('base64')}`;
    for (const headers of [
      { cookie },
      { authorization: 'Bearer good' },
      { authorization: basic },
    ]) {
      assert.equal((await send('/who', { headers })).body, 'Somebody');
    }
    assert.equal(
      (await send('/who', { headers: { cookie: 'nines_session=bad' } })).statusCode,
      401,
    );
  });

  it('asks programs for Basic, but leaves the page to its own sign-in', async () => {
    const check = async (headers: Record<string, string>, scheme: string): Promise<void> => {
      const response = await send('/who', { headers });
      assert.equal(response.statusCode, 401);
      assert.match(String(response.headers['www-authenticate']), new RegExp(`^${scheme} `));
    };
    await check({}, 'Basic');
    await check({ 'sec-fetch-mode': 'navigate' }, 'Basic');
    await check({ 'sec-fetch-mode': 'cors' }, 'Bearer');
    await check({ cookie: 'nines_session=over' }, 'Bearer');
    await check({ 'x-nines-request': '1' }, 'Bearer');
  });

  it('takes what changes something from its own page only', async () => {
    const act = async (headers: Record<string, string>): Promise<number> =>
      (await send('/act', { method: 'POST', headers: { cookie, ...headers } })).statusCode;
    assert.equal(await act({ origin: `http://${HOST}` }), 200);
    assert.equal(await act({ 'x-nines-request': '1' }), 200);
    assert.equal(await act({}), 403);
    assert.equal(await act({ origin: 'http://evil.example', 'x-nines-request': '1' }), 403);
  });

  it('answers a fault without its words, and counts it', async () => {
    const response = await send('/bug', { headers: { cookie } });
    assert.equal(response.statusCode, 500);
    assert.match(response.body, /"code":"INTERNAL_BUG"/);
    assert.doesNotMatch(response.body, /1234/);
    assert.match(await registry.metrics(), /nines_http_bugs_total 1/);
    assert.match(
      await registry.metrics(),
      /nines_http_requests_total\{method="GET",route="\/bug",code="500"\} 1/,
    );
  });

  it('answers unknown paths, methods and unreadable paths in its own form', async () => {
    const check = async (options: InjectOptions, status: number, code: string): Promise<void> => {
      const response = await send('', { ...options, headers: { cookie, 'x-nines-request': '1' } });
      assert.equal(response.statusCode, status, response.body);
      assert.match(response.body, new RegExp(`"code":"${code}"`));
      assert.equal(response.headers['x-content-type-options'], 'nosniff');
    };
    await check({ url: '/nothing?a=b' }, 404, 'HTTP_ROUTE_NOT_FOUND');
    await check({ url: '/who', method: 'DELETE' }, 404, 'HTTP_ROUTE_NOT_FOUND');
    await check({ url: '/%ff' }, 400, 'HTTP_REQUEST_INVALID');
    await check(
      { url: '/act', method: 'POST', payload: { text: 'a'.repeat(BODY_BYTES_MAX) } },
      413,
      'HTTP_BODY_TOO_LARGE',
    );
  });

  it('says when to try again', async () => {
    const response = await send('/busy', { headers: { cookie } });
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [429, '7']);
  });

  it('sends the headers that keep a page safe', async () => {
    const { headers } = await send('/address');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.match(String(headers['content-security-policy']), /default-src 'self'.*base-uri 'none'/);
  });

  it('believes X-Forwarded-For and -Proto of trusted proxies only', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const plain = await send('/address', { headers: forwarded });
    assert.deepEqual(JSON.parse(plain.body), { ip: '127.0.0.1', protocol: 'http' });
    const proxied = await setUp({ trustedProxies: ['127.0.0.1'] }).server.inject({
      url: '/address',
      headers: forwarded,
    });
    assert.deepEqual(JSON.parse(proxied.body), { ip: '203.0.113.7', protocol: 'https' });
  });
});

describe('readCookie', () => {
  it('finds one cookie among others, and not another that ends alike', () => {
    assert.equal(readCookie('a=1; nines_session=x=y; b=2', 'nines_session'), 'x=y');
    assert.equal(readCookie('not_nines_session=x', 'nines_session'), undefined);
    assert.equal(readCookie(undefined, 'nines_session'), undefined);
  });
});
