import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createSilentLog, invalid } from '../platform/index.ts';
import { type AlertSender, mountAlertmanagerRoutes } from './alertmanager-routes.ts';
import { ALERTS_BODY_BYTES_MAX } from './limits.ts';
import { createHttpMetrics } from './metrics.ts';
import { createHttpServer } from './server.ts';

function setUp(take: () => readonly string[] = () => []) {
  const taken: { readonly body: unknown; readonly from: AlertSender }[] = [];
  const note = async (body: unknown, from: AlertSender) => {
    taken.push({ body, from });
    return take();
  };
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate: async ({ apiToken }) =>
      apiToken === 'viewer' || apiToken === 'responder'
        ? { id: 'us_1', displayName: 'Prometheus', role: apiToken }
        : undefined,
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  mountAlertmanagerRoutes(server, { takePosted: note, takeNotified: note });
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
  return { taken, post };
}
const POSTED = '/api/v2/alerts';
const NOTIFIED = '/api/nines/v1/alertmanager';

describe('alerts over HTTP', () => {
  it('are taken with who sends them, and answered as Alertmanager does', async () => {
    const { taken, post } = setUp();
    assert.deepEqual(await post(POSTED, '[]'), { status: 200, body: '' });
    assert.deepEqual(await post(NOTIFIED, '{}'), { status: 200, body: '{}' });
    const from = { address: '127.0.0.1', userAgent: 'Prometheus/3.5.0' };
    assert.deepEqual(taken, [
      { body: [], from },
      { body: {}, from },
    ]);
  });

  it('that were left out are named, ten of them', async () => {
    const { post } = setUp(() => Array.from({ length: 12 }, (_, at) => `alerts[${at}]: bad`));
    const posted = await post(POSTED, '[]');
    assert.equal(posted.status, 400);
    assert.match(String(JSON.parse(posted.body)), /^alerts\[0\]: bad; .*\[9\]: bad; and 2 more$/);
    const notified = await post(NOTIFIED, '{}');
    assert.equal(notified.status, 400);
    assert.match(notified.body, /"code":"ALERTS_BODY_INVALID","message":"alerts\[0\]: bad; /);
  });

  it('are for responders, and have a bound', async () => {
    const { taken, post } = setUp();
    for (const url of [POSTED, NOTIFIED]) {
      assert.equal((await post(url, '[]', 'viewer')).status, 403);
      assert.equal((await post(url, '[]', 'nobody')).status, 401);
      assert.equal((await post(url, `"${'x'.repeat(ALERTS_BODY_BYTES_MAX)}"`)).status, 413);
      assert.equal((await post(url, '[')).status, 400);
    }
    assert.deepEqual(taken, []);
  });

  it('that make no sense get an error of ours', async () => {
    const { post } = setUp(() => {
      throw invalid('ALERTS_BODY_INVALID', 'the body must be an array of alerts, got 1');
    });
    const { status, body } = await post(POSTED, '1');
    assert.equal(status, 400);
    assert.match(body, /"code":"ALERTS_BODY_INVALID"/);
  });
});
