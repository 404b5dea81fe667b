import { DEFAULT_HTTP_CLIENT } from '../../platform/index.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHttpDiscovery } from './http-discovery.ts';
import { createTools, Listener, sendJson, startServer } from './testing.ts';

describe('discovery by HTTP', () => {
  it('reads groups from a server, and keeps them when the server fails', async (context) => {
    let status = 200;
    let interval: string | string[] | undefined;
    const server = await startServer((request, response) => {
      interval = request.headers['x-prometheus-refresh-interval-seconds'];
      if (status !== 200) response.writeHead(status).end();
      else sendJson(response, [{ targets: ['a:1'], labels: { env: 'x' } }]);
    });
    const url = `${server.url}/targets?team=a`;
    const config = { kind: 'http', url, refreshMs: 100, http: DEFAULT_HTTP_CLIENT } as const;
    const discovery = createHttpDiscovery(config, createTools());
    context.after(() => {
      discovery.stop();
      server.close();
    });
    const heard = new Listener(discovery);
    await heard.until(({ groups }) => groups !== undefined);
    assert.deepEqual(heard.targets(), [{ __address__: 'a:1', __meta_url: url, env: 'x' }]);
    assert.equal(interval, '0.1');
    status = 503;
    await heard.until(({ problems }) => problems.size > 0);
    assert.equal(
      heard.problems.get(''),
      `cannot ask ${server.url}/targets: HTTP status 503 Service Unavailable`,
    );
    assert.equal(heard.targets().length, 1);
    status = 200;
    await heard.until(({ problems }) => problems.size === 0);
  });

  it('refuses what is not JSON', async (context) => {
    const server = await startServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('[]');
    });
    const config = {
      kind: 'http',
      url: server.url,
      refreshMs: 60_000,
      http: DEFAULT_HTTP_CLIENT,
    } as const;
    const discovery = createHttpDiscovery(config, createTools());
    context.after(() => {
      discovery.stop();
      server.close();
    });
    const heard = new Listener(discovery);
    await heard.until(({ problems }) => problems.size > 0);
    assert.match(heard.problems.get('') ?? '', /Content-Type "text\/html"; want application\/json/);
  });
});
