import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { createSilentLog } from '../platform/index.ts';
import { createHttpMetrics } from './metrics.ts';
import { mountPageRoute } from './page-route.ts';
import { createHttpServer } from './server.ts';

async function setUp(context: TestContext, isBuilt = true) {
  const dir = mkdtempSync(join(tmpdir(), 'nines-page-'));
  context.after(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  const dist = join(dir, 'dist');
  mkdirSync(join(dist, 'assets'), { recursive: true });
  if (isBuilt) writeFileSync(join(dist, 'index.html'), '<p>page</p>');
  writeFileSync(join(dist, 'assets', 'index-a1.js'), 'run()');
  writeFileSync(join(dist, 'assets', 'index-a1.js.gz'), gzipSync('run()'));
  writeFileSync(join(dist, 'favicon.svg'), '<svg/>');
  writeFileSync(join(dist, 'service-worker.js'), 'wait()');
  writeFileSync(join(dist, 'manifest.webmanifest'), '{}');
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate: async () => undefined,
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  await mountPageRoute(server, dist);
  return server;
}

describe('page route', () => {
  it('serves hashed assets for ever, and the page never from a cache', async (context) => {
    const server = await setUp(context);
    const check = async (path: string, body: string, cache: RegExp): Promise<void> => {
      const response = await server.inject(path);
      assert.deepEqual([response.statusCode, response.body], [200, body], path);
      assert.match(String(response.headers['cache-control']), cache, path);
    };
    await check('/assets/index-a1.js', 'run()', /immutable/);
    await check('/', '<p>page</p>', /^no-cache$/);
    await check('/alerts/al_1?tab=history', '<p>page</p>', /^no-cache$/);
    assert.equal((await server.inject('/favicon.svg')).body, '<svg/>');
  });

  it('serves the service worker as a script that is asked for anew, and the manifest as one', async (context) => {
    const server = await setUp(context);
    const worker = await server.inject('/service-worker.js');
    assert.equal(worker.body, 'wait()');
    assert.equal(worker.headers['cache-control'], 'no-cache');
    assert.match(String(worker.headers['content-type']), /javascript/);
    const manifest = await server.inject('/manifest.webmanifest');
    assert.match(String(manifest.headers['content-type']), /application\/manifest\+json/);
  });

  it('begins to answer the board with the page, for who is signed in', async (context) => {
    const server = await setUp(context);
    const ask = async (url: string, cookie: string): Promise<unknown> =>
      (await server.inject({ url, headers: { cookie } })).headers['link'];
    assert.match(
      String(await ask('/', 'nines_session=x')),
      /v1\/session>.*v1\/board>; rel=preload/,
    );
    assert.equal(await ask('/', ''), undefined);
    assert.equal(await ask('/alerts', 'nines_session=x'), undefined);
  });

  it('sends what is compressed beside it to those who take it', async (context) => {
    const server = await setUp(context);
    const get = async (path: string, encoding: string) =>
      server.inject({ url: path, headers: { 'accept-encoding': encoding } });
    const compressed = await get('/assets/index-a1.js', 'gzip, br');
    assert.equal(compressed.headers['content-encoding'], 'gzip');
    assert.equal(compressed.headers.vary, 'accept-encoding');
    assert.match(String(compressed.headers['content-type']), /javascript/);
    assert.equal(gunzipSync(compressed.rawPayload).toString(), 'run()');
    assert.equal((await get('/assets/index-a1.js', 'identity')).body, 'run()');
    assert.equal((await get('/', 'gzip')).body, '<p>page</p>');
  });

  it('leaves its folder for no path', async (context) => {
    const server = await setUp(context);
    for (const path of [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/..%2fsecret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '/assets/..',
      '//secret.txt',
    ]) {
      assert.doesNotMatch((await server.inject(path)).body, /^secret/, path);
    }
  });

  it('says to programs that there is nothing, where the page would answer people', async (context) => {
    const server = await setUp(context);
    for (const path of ['/api/v1/nothing', '/-/nothing', '/assets/old-b2.js', '/assets/']) {
      assert.equal((await server.inject(path)).statusCode, 404, path);
    }
  });

  it('tells what to do where nobody has built it', async (context) => {
    const response = await (await setUp(context, false)).inject('/');
    assert.deepEqual(
      [response.statusCode, response.body],
      [503, 'The page is not built: npm run prepare\n'],
    );
  });
});
