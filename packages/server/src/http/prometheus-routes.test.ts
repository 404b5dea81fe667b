import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { createManualClock, createSilentLog } from '../platform/index.ts';
import { createQueryEngine } from '../promql/index.ts';
import { createTestStoreOf } from '../promql/testing.ts';
import { createLabels, EMPTY_LABELS, isMatch, parseHistogramSeries } from '../series/index.ts';
import { createHttpMetrics } from './metrics.ts';
import { listStore } from './list-question.ts';
import { mountPrometheusRoutes } from './prometheus-routes.ts';
import { answerQuestion } from './query-answer-thread.ts';
import { createHttpServer } from './server.ts';

const [{ histogram: NATIVE }] = parseHistogramSeries(
  '{{schema:0 count:8 sum:1e21 z_bucket:1 z_bucket_w:0.5 buckets:[4 0 2] n_buckets:[1]}}',
);
const STORE = createTestStoreOf(10_000, {
  'up{job="a",instance="1"}': [1, 1, 0],
  'up{job="b",instance="2"}': [1, 1, 1],
  'odd{le="+Inf"}': [0.1, -0, 1e21],
  'nothing{}': [Number.NaN, Number.NaN, Number.NaN],
  'native{}': [1, NATIVE, NATIVE],
});

const EXEMPLARS = [
  {
    labels: createLabels({ __name__: 'up', job: 'a' }),
    exemplars: [{ labels: createLabels({ trace_id: 'abc' }), value: 1.5, timeMs: 1500 }],
  },
];

function createServer(): FastifyInstance {
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate: async () => ({ id: 'test', name: 'test', displayName: 'Test', role: 'viewer' }),
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  const clock = createManualClock(20_000);
  const engine = createQueryEngine({ queryable: STORE, clock });
  mountPrometheusRoutes(server, {
    answerQuery: async (question) => answerQuestion(engine, question).body,
    listNames: (question) => listStore(STORE, question, EMPTY_LABELS),
    exemplars: ({ selectors, fromMs, toMs }) =>
      EXEMPLARS.filter(({ labels }) => selectors.some((matchers) => isMatch(matchers, labels))).map(
        (series) => ({
          ...series,
          exemplars: series.exemplars.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs),
        }),
      ),
    now: () => clock.now(),
    targets: () => ({ activeTargets: [] }),
    rules: () => ({ groups: [] }),
    alerts: () => ({ alerts: [] }),
    metadata: () => ({}),
    status: {
      version: 'test',
      scrapePools: () => ['a', 'b'],
      configText: () => 'global: {}',
      runtimeInfo: () => ({ reloadConfigSuccess: true }),
      flags: () => ({}),
      walReplay: () => ({}),
      tsdb: () => ({}),
      selfMetrics: async () => [],
      relabelSteps: () => ({ steps: [] }),
      scrapePoolConfig: () => ({ yaml: '' }),
      targetMetadata: () => [],
      features: () => ({}),
    },
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

  it('answers native histograms with their buckets, apart from floats', async () => {
    const shown =
      '{"count":"8","sum":"1e+21","buckets":[[1,"-1","-0.5","1"],[3,"-0.5","0.5","1"],' +
      '[0,"0.5","1","4"],[0,"2","4","2"]]}';
    await check(
      'query?query=native',
      200,
      success(
        '{"resultType":"vector","result":[' +
          `{"metric":{"__name__":"native"},"histogram":[20,${shown}]}]}`,
      ),
    );
    await check(
      'query_range?query=native&start=0&end=20&step=10',
      200,
      success(
        '{"resultType":"matrix","result":[{"metric":{"__name__":"native"},"values":[[0,"1"]],' +
          `"histograms":[[10,${shown}],[20,${shown}]]}]}`,
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
    await check(
      'series?match[]=up%7Bjob%3D%22a%22%7D',
      200,
      success('[{"__name__":"up","instance":"1","job":"a"}]'),
    );
  });

  it('says when a limit has cut an answer short, and only then', async () => {
    const cut = ',"warnings":["results truncated due to limit"]}';
    const checkCut = async (path: string, data: string): Promise<void> =>
      check(path, 200, success(data).replace(/}$/, cut));
    await checkCut('label/job/values?limit=1', '["a"]');
    await check('label/job/values?limit=2', 200, success('["a","b"]'));
    await check('label/job/values?limit=0', 200, success('["a","b"]'));
    await checkCut('labels?limit=2', '["__name__","instance"]');
    await checkCut('series?match[]=up&limit=1', '[{"__name__":"up","instance":"1","job":"a"}]');
    const first = '{"metric":{"__name__":"up","instance":"1","job":"a"}';
    await checkCut(
      'query?query=up&limit=1',
      `{"resultType":"vector","result":[${first},"value":[20,"0"]}]}`,
    );
    await checkCut(
      'query_range?query=up&limit=1&start=10&end=20&step=10',
      `{"resultType":"matrix","result":[${first},"values":[[10,"1"],[20,"0"]]}]}`,
    );
    await check(
      'labels?limit=-1',
      400,
      badData('invalid parameter "limit": limit must be non-negative'),
    );
  });

  it('tells what a query took, when asked', async () => {
    const response = await server.inject('/api/v1/query?query=up&stats=all');
    assert.match(
      response.body,
      /"stats":\{"timings":\{"evalTotalTime":0,.*"totalQueryableSamples":6,"peakSamples":2/,
    );
  });

  it('takes the form’s word before the URL’s, as Go does', async () => {
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/query?query=1&time=5',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'query=2',
    });
    assert.equal(response.body, success('{"resultType":"scalar","result":[5,"2"]}'));
  });

  it('takes a lookback of its own, and ignores one that looks ahead', async () => {
    const path = 'query?query=count(up)&time=100';
    const found = success('{"resultType":"vector","result":[{"metric":{},"value":[100,"2"]}]}');
    await check(path, 200, found);
    await check(`${path}&lookback_delta=60`, 200, success('{"resultType":"vector","result":[]}'));
    await check(`${path}&lookback_delta=-60`, 200, found);
  });

  it('prints a query and its tree', async () => {
    await check('format_query?query=sum(up)by(job)', 200, success('"sum by (job) (up)"'));
    await check('parse_query?query=1', 200, success('{"type":"numberLiteral","val":"1"}'));
    await check(
      'format_query?query=',
      400,
      badData(
        'invalid parameter "query": unknown position: parse error: no expression found in input',
      ),
    );
  });

  it('answers what data sources ask of a server', async () => {
    await check(
      'query_exemplars?query=up&start=0&end=1',
      200,
      success('[{"seriesLabels":{"__name__":"up","job":"a"},"exemplars":[]}]'),
    );
    const found = '{"labels":{"trace_id":"abc"},"value":"1.5","timestamp":1.5}';
    await check(
      'query_exemplars?query=1%2Brate(up[5m])&start=0&end=2',
      200,
      success(`[{"seriesLabels":{"__name__":"up","job":"a"},"exemplars":[${found}]}]`),
    );
    await check('query_exemplars?query=down&start=0&end=2', 200, success('[]'));
    await check('scrape_pools', 200, success('{"scrapePools":["a","b"]}'));
    await check('status/config', 200, success('{"yaml":"global: {}"}'));
    await check('status/flags', 200, success('{}'));
    await check('status/runtimeinfo', 200, success('{"reloadConfigSuccess":true}'));
    const build = await server.inject('/api/v1/status/buildinfo');
    assert.match(build.body, /"version":"3\.\d+\.\d+"/);
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
    await check(
      'query_range?query=up&start=0&end=10&step=-1',
      400,
      badData(
        'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
      ),
    );
    await check(
      'query_range?query=up&start=10&end=0&step=1',
      400,
      badData('invalid parameter "end": end timestamp must not be before start time'),
    );
    await check(
      'query?query=up&time=1e300',
      400,
      badData('invalid parameter "time": cannot parse "1e300" to a valid timestamp'),
    );
    await check('series', 400, badData('no match[] parameter provided'));
  });

  it('tells an execution error from a bad query', async () => {
    const response = await server.inject('/api/v1/query?query=up%20*%20on(le)%20up');
    assert.equal(response.statusCode, 422);
    assert.match(response.body, /"errorType":"execution"/);
  });
});
