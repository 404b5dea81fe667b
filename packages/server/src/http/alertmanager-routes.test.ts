import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createSilentLog, invalid, notFound } from '../platform/index.ts';
import { type AlertSender, mountAlertmanagerRoutes } from './alertmanager-routes.ts';
import { ALERTS_BODY_BYTES_MAX } from './limits.ts';
import { createHttpMetrics } from './metrics.ts';
import { createHttpServer } from './server.ts';

async function setUp(take: () => readonly string[] = () => []) {
  const taken: { readonly body: unknown; readonly from: AlertSender }[] = [];
  const note = async (body: unknown, from: AlertSender) => {
    taken.push({ body, from });
    return take();
  };
  const expired: string[] = [];
  const silences = {
    silences: (parameters: URLSearchParams) => [parameters.toString()],
    silence: (id: string) => (id === 'known' ? { id } : undefined),
    postSilence: async (_body: unknown, who: string) => {
      if (who !== 'Prometheus') throw invalid('SILENCE_INVALID', 'who is that?');
      return 'made';
    },
    deleteSilence: async (id: string, who: string) => {
      if (id !== 'known') throw notFound('SILENCE_NOT_FOUND', 'silence not found');
      expired.push(`${id} by ${who}`);
    },
  };
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate: async ({ apiToken }) =>
      apiToken === 'viewer' || apiToken === 'responder'
        ? { id: 'us_1', name: 'prometheus', displayName: 'Prometheus', role: apiToken }
        : undefined,
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  await mountAlertmanagerRoutes(server, { takePosted: note, takeNotified: note, silences });
  const post = async (url: string, payload: string, token = 'responder') => {
    const answer = await server.inject({
      method: 'POST',
      url,
      payload,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'Prometheus/3.5.0',
      },
    });
    return { status: answer.statusCode, body: answer.body };
  };
  const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, token = 'responder') => {
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode, body } = await server.inject({ method, url, headers });
    return { status: statusCode, body };
  };
  return { taken, post, ask, expired };
}
const POSTED = '/api/v2/alerts';
const NOTIFIED = '/api/nines/v1/alertmanager';

describe('alerts over HTTP', () => {
  it('are taken with who sends them, and answered as Alertmanager does', async () => {
    const { taken, post } = await setUp();
    assert.deepEqual(await post(POSTED, '[]'), { status: 200, body: '' });
    assert.deepEqual(await post(NOTIFIED, '{}'), { status: 200, body: '{}' });
    const from = { address: '127.0.0.1', userAgent: 'Prometheus/3.5.0' };
    assert.deepEqual(taken, [
      { body: [], from },
      { body: {}, from },
    ]);
  });

  it('that were left out are named, ten of them', async () => {
    const { post } = await setUp(() => Array.from({ length: 12 }, (_, at) => `alerts[${at}]: bad`));
    const posted = await post(POSTED, '[]');
    assert.equal(posted.status, 400);
    assert.match(String(JSON.parse(posted.body)), /^alerts\[0\]: bad; .*\[9\]: bad; and 2 more$/);
    const notified = await post(NOTIFIED, '{}');
    assert.equal(notified.status, 400);
    assert.match(notified.body, /"code":"ALERTS_BODY_INVALID","message":"alerts\[0\]: bad; /);
  });

  it('are for responders, and have a bound', async () => {
    const { taken, post } = await setUp();
    for (const url of [POSTED, NOTIFIED]) {
      assert.equal((await post(url, '[]', 'viewer')).status, 403);
      assert.equal((await post(url, '[]', 'nobody')).status, 401);
      assert.equal((await post(url, `"${'x'.repeat(ALERTS_BODY_BYTES_MAX)}"`)).status, 413);
      assert.equal((await post(url, '[')).status, 400);
    }
    assert.deepEqual(taken, []);
  });

  it('that make no sense get an error of ours', async () => {
    const { post } = await setUp(() => {
      throw invalid('ALERTS_BODY_INVALID', 'the body must be an array of alerts, got 1');
    });
    const { status, body } = await post(POSTED, '1');
    assert.equal(status, 400);
    assert.match(body, /"code":"ALERTS_BODY_INVALID"/);
  });
});

describe('silences of API v2', () => {
  it('are listed, found, made and ended as amtool asks for it', async () => {
    const { ask, expired } = await setUp();
    assert.deepEqual(await ask('GET', '/api/v2/silences?filter=a%3Db'), {
      status: 200,
      body: '["filter=a%3Db"]',
    });
    assert.deepEqual(await ask('GET', '/api/v2/silence/known'), {
      status: 200,
      body: '{"id":"known"}',
    });
    assert.equal((await ask('GET', '/api/v2/silence/other')).status, 404);
    assert.deepEqual(await ask('POST', '/api/v2/silences'), {
      status: 200,
      body: '{"silenceID":"made"}',
    });
    assert.equal((await ask('DELETE', '/api/v2/silence/known')).status, 200);
    assert.deepEqual(expired, ['known by Prometheus']);
    // As Alertmanager: a JSON string.
    assert.deepEqual(await ask('DELETE', '/api/v2/silence/other'), {
      status: 404,
      body: '"silence not found"',
    });
  });

  it('are changed by responders alone', async () => {
    const { ask, expired } = await setUp();
    assert.equal((await ask('GET', '/api/v2/silences', 'viewer')).status, 200);
    assert.equal((await ask('POST', '/api/v2/silences', 'viewer')).status, 403);
    assert.equal((await ask('DELETE', '/api/v2/silence/known', 'viewer')).status, 403);
    assert.deepEqual(expired, []);
  });
});
