import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createManualClock, createSilentLog } from '../platform/index.ts';
import { createQueryEngine } from '../promql/index.ts';
import { createTestStoreOf } from '../promql/testing.ts';
import { createHttpMetrics } from './metrics.ts';
import { mountPrometheusRoutes } from './prometheus-routes.ts';
import { createHttpServer } from './server.ts';

const STORE = createTestStoreOf(10_000, {
  'up{job="a",instance="1"}': [1, 1, 0],
  'up{job="b",instance="2"}': [1, 1, 1],
  'odd{le="+Inf"}': [0.1, -0, 1e21],
  'nothing{}': [Number.NaN, Number.NaN, Number.NaN],
});

function createServer(): FastifyInstance {
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate: async () => ({ id: 'test', displayName: 'Test' }),
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  const clock = createManualClock(20_000);
  mountPrometheusRoutes(server, {
    engine: createQueryEngine({ queryable: STORE, clock }),
    queryable: STORE,
    now: () => clock.now(),
    version: 'test',
    targets: () => ({ activeTargets: [] }),
    rules: () => ({ groups: [] }),
    alerts: () => ({ alerts: [] }),
    metadata: () => ({}),
  });
  return server;
}

describe('the HTTP API of Prometheus', () => {
  const server = createServer();
  const check = async (path: string, status: number, body: string): Promise<void> => {
    const response = await server.inject({ method: 'GET', url: `/api/v1/${path}` });
    assert.equal(response.body, body);
    assert.equal(response.statusCode, status);
  };
  const success = (data: string): string => `{"status":"success","data":${data}}`;
  const badData = (error: string): string =>
    JSON.stringify({ status: 'error', errorType: 'bad_data', error });

  it('answers a vector, a scalar, a string and a matrix', async () => {
    await check(
      'query?query=up%7Bjob%3D%22a%22%7D',
      200,
      success(
        '{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"1","job":"a"},"value":[20,"0"]}]}',
      ),
    );
    await check(
      'query?query=1%2B1&time=1.5',
      200,
      success('{"resultType":"scalar","result":[1.500,"2"]}'),
    );
    await check('query?query=%22a%22', 200, success('{"resultType":"string","result":[20,"a"]}'));
    await check(
      'query?query=up%7Bjob%3D%22b%22%7D[15s]',
      200,
      success(
        '{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"2","job":"b"},"values":[[10,"1"],[20,"1"]]}]}',
      ),
    );
  });

  it('writes numbers as Go does', async () => {
    const check1 = async (time: number, text: string): Promise<void> =>
      check(
        `query?query=odd&time=${time}`,
        200,
        success(
          `{"resultType":"vector","result":[{"metric":{"__name__":"odd","le":"+Inf"},"value":[${time},"${text}"]}]}`,
        ),
      );
    await check1(0, '0.1');
    await check1(10, '-0');
    await check1(20, '1e+21');
  });

  it('answers a range, from the URL and from a posted form', async () => {
    const body =
      '{"resultType":"matrix","result":[{"metric":{},"values":[[0,"2"],[10,"2"],[20,"1"]]}]}';
    const params = 'query=sum(up)&start=0&end=20&step=10';
    await check(`query_range?${params}`, 200, success(body));
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/query_range',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: params,
    });
    assert.equal(response.body, success(body));
  });

  it('lists labels, values and series', async () => {
    await check('labels', 200, success('["__name__","instance","job","le"]'));
    await check('labels?match[]=odd', 200, success('["__name__","le"]'));
    await check('label/job/values', 200, success('["a","b"]'));
    await check('label/job/values?limit=1', 200, success('["a"]'));
    await check(
      'series?match[]=up%7Bjob%3D%22a%22%7D',
      200,
      success('[{"__name__":"up","instance":"1","job":"a"}]'),
    );
  });

  it('refuses what Prometheus refuses, in its words', async () => {
    await check(
      'query?query=sum(',
      400,
      badData('invalid parameter "query": 1:5: parse error: unclosed left parenthesis'),
    );
    await check(
      'query?query=up&time=soon',
      400,
      badData('invalid parameter "time": cannot parse "soon" to a valid timestamp'),
    );
    await check(
      'query_range?query=up&start=0&end=10',
      400,
      badData('invalid parameter "step": cannot parse "" to a valid duration'),
    );
    await check(
      'query_range?query=up&start=0&end=1000000&step=1',
      400,
      badData(
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      ),
    );
    await check('series', 400, badData('no match[] parameter provided'));
  });

  it('tells an execution error from a bad query', async () => {
    const response = await server.inject('/api/v1/query?query=up%20*%20on(le)%20up');
    assert.equal(response.statusCode, 422);
    assert.match(response.body, /"errorType":"execution"/);
  });
});
