import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createSilentLog, invalid, notFound } from '../platform/index.ts';
import { type AlertmanagerAnswers, mountAlertmanagerApi } from './alertmanager-api.ts';
import { createHostGuard } from './host-guard.ts';
import { createHttpMetrics } from './metrics.ts';
import { createHttpServer } from './server.ts';

async function setUp(answers: Partial<AlertmanagerAnswers>, prefix = '') {
  const unused = (): never => assert.fail('not asked for');
  const server = createHttpServer({
    log: createSilentLog(),
    guard: createHostGuard({ isAuthRequired: true, externalUrl: 'http://am.example' }),
    authenticate: async () => ({
      id: 'anybody',
      name: 'anybody',
      displayName: 'anybody',
      role: 'viewer',
    }),
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  const all: AlertmanagerAnswers = {
    status: unused,
    receivers: unused,
    alerts: unused,
    groups: unused,
    silences: unused,
    silence: unused,
    postAlerts: unused,
    postSilence: unused,
    deleteSilence: unused,
    metrics: unused,
    notReady: unused,
    reload: unused,
    ...answers,
  };
  await mountAlertmanagerApi(server, all, prefix);
  return async (method: 'GET' | 'POST' | 'DELETE', url: string, headers = {}) => {
    const answer = await server.inject({
      method,
      url,
      headers,
      ...(method === 'POST' && { payload: [] }),
    });
    return [answer.statusCode, answer.body];
  };
}

describe('Alertmanager’s API over HTTP', () => {
  it('answers lists with the parameters of the query, below its prefix', async () => {
    const ask = await setUp({ alerts: (parameters) => parameters.getAll('filter') }, '/am');
    assert.deepEqual(await ask('GET', '/am/api/v2/alerts?filter=a%3D%22b%22&filter=c'), [
      200,
      '["a=\\"b\\"","c"]',
    ]);
    const [status] = await ask('GET', '/api/v2/alerts');
    assert.equal(status, 404);
  });
  it('answers errors as a JSON string', async () => {
    const ask = await setUp({
      silences: () => {
        throw invalid('ALERTS_FILTER_INVALID', 'bad matcher format');
      },
      silence: () => undefined,
      deleteSilence: async () => Promise.reject(notFound('SILENCE_NOT_FOUND', 'silence not found')),
      postAlerts: async () => ['alerts[0]: bad', 'alerts[2]: bad'],
    });
    assert.deepEqual(await ask('GET', '/api/v2/silences'), [400, '"bad matcher format"']);
    assert.deepEqual(await ask('GET', '/api/v2/silence/x'), [404, '']);
    assert.deepEqual(await ask('DELETE', '/api/v2/silence/x'), [404, '"silence not found"']);
    assert.deepEqual(await ask('POST', '/api/v2/alerts'), [
      400,
      '"alerts[0]: bad\\nalerts[2]: bad"',
    ]);
  });
  it('says why a configuration is refused, and when it is not ready', async () => {
    const ask = await setUp({
      notReady: () => 'it is starting',
      reload: async () => Promise.reject(invalid('CONFIG_REFUSED', 'a.yml:1:1: no route')),
    });
    assert.deepEqual(await ask('GET', '/-/ready'), [503, 'not ready: it is starting\n']);
    assert.deepEqual(await ask('POST', '/-/reload'), [
      500,
      'failed to reload config: a.yml:1:1: no route\n',
    ]);
  });
  it('lets other sites’ pages change nothing', async () => {
    const ask = await setUp({ postAlerts: async () => [], status: () => ({}) });
    const foreign = { origin: 'https://evil.example' };
    const [changed] = await ask('POST', '/api/v2/alerts', foreign);
    const [seen] = await ask('GET', '/api/v2/status', foreign);
    assert.deepEqual([changed, seen], [403, 200]);
  });
});
