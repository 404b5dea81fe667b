import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createSilentLog, invalid, unavailable } from '../platform/index.ts';
import type { OtlpOutcome, OtlpRequest, WriteOutcome, WriteRequest } from '../remote/index.ts';
import { createHttpMetrics } from './metrics.ts';
import { mountRemoteRoutes } from './remote-routes.ts';
import { createHttpServer } from './server.ts';

const ALL_WRITTEN = { samplesWritten: 3, histogramsWritten: 2, exemplarsWritten: 1, refused: '' };
const V1 = 'application/x-protobuf';
const V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';

function setUp(
  receive: () => WriteOutcome = () => ALL_WRITTEN,
  receiveOtlp: () => OtlpOutcome = () => ({ rejectedCount: 0, message: '' }),
) {
  const takenOtlp: OtlpRequest[] = [];
  const taken: WriteRequest[] = [];
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
  mountRemoteRoutes(server, {
    async receive(request) {
      taken.push(request);
      return receive();
    },
    answerRead: async (body) => ({ kind: 'samples', body }),
    async receiveOtlp(request) {
      takenOtlp.push(request);
      return receiveOtlp();
    },
    log: createSilentLog(),
  });
  const post = async (headers: Readonly<Record<string, string>>, token = 'responder') => {
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/write',
      payload: Buffer.from('body'),
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const written = ['samples', 'histograms', 'exemplars'].map(
      (what) => answer.headers[`x-prometheus-remote-write-${what}-written`],
    );
    return { status: answer.statusCode, body: answer.body, written };
  };
  const postOtlp = async (headers: Readonly<Record<string, string>>) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/otlp/v1/metrics',
      payload: Buffer.from('{}'),
      headers: { authorization: 'Bearer responder', ...headers },
    });
  return { server, taken, takenOtlp, post, postOtlp };
}

describe('remote write over HTTP', () => {
  it('tells versions and encodings by the headers', async () => {
    const check = async (
      headers: Readonly<Record<string, string>>,
      want: string | number,
    ): Promise<void> => {
      const { taken, post } = setUp();
      const { status } = await post(headers);
      const [request] = taken;
      const got = request === undefined ? status : `${request.version} ${request.encoding}`;
      assert.equal(got, want, JSON.stringify(headers));
      if (request !== undefined) assert.equal(Buffer.from(request.body).toString(), 'body');
    };
    await check({ 'content-type': V1 }, 'v1 snappy');
    await check({ 'content-type': `${V1}; proto=prometheus.WriteRequest` }, 'v1 snappy');
    await check({ 'content-type': V2, 'content-encoding': 'snappy' }, 'v2 snappy');
    await check({ 'content-type': V2, 'content-encoding': 'zstd' }, 'v2 zstd');
    await check({ 'content-type': V2, 'content-encoding': 'gzip' }, 415);
    await check({ 'content-type': V2, 'content-encoding': 'deflate' }, 415);
    await check({ 'content-type': `${V1};proto=some.Other` }, 415);
    await check({ 'content-type': 'application/json' }, 415);
    await check({ 'content-type': 'image/png' }, 415);
  });

  it('answers 204 without a body, and version 2 what was written', async () => {
    const { post } = setUp();
    assert.deepEqual(await post({ 'content-type': V2 }), {
      status: 204,
      body: '',
      written: ['3', '2', '1'],
    });
    const { status, written } = await post({ 'content-type': V1 });
    assert.equal(status, 204);
    assert.deepEqual(written, [undefined, undefined, undefined]);
  });

  it('answers 400 with what was refused of it, and what was written all the same', async () => {
    const { post } = setUp(() => ({ ...ALL_WRITTEN, refused: '1 samples are out of order' }));
    assert.deepEqual(await post({ 'content-type': V2 }), {
      status: 400,
      body: '1 samples are out of order\n',
      written: ['3', '2', '1'],
    });
  });

  it('answers 5xx only where the same may work later', async () => {
    const check = async (error: Error, want: number): Promise<void> => {
      const { post } = setUp(() => {
        throw error;
      });
      const { status, body, written } = await post({ 'content-type': V2 });
      assert.equal(status, want);
      assert.match(body, /^\S.*\n$/);
      assert.deepEqual(written, ['0', '0', '0']);
    };
    await check(invalid('SNAPPY_INVALID', 'not a valid snappy block'), 400);
    await check(unavailable('TSDB_LOG_WRITE_FAILED', 'the disk is full'), 503);
    await check(new Error('a fault of ours'), 500);
  });

  it('is for responders', async () => {
    const { taken, post } = setUp();
    assert.equal((await post({ 'content-type': V1 }, 'viewer')).status, 403);
    assert.equal((await post({ 'content-type': V1 }, 'nobody')).status, 401);
    assert.deepEqual(taken, []);
  });
});

describe('remote read over HTTP', () => {
  it('answers packed protobuf, to viewers too', async () => {
    const { server } = setUp();
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/read',
      payload: Buffer.from('body'),
      headers: { authorization: 'Bearer viewer', 'content-type': V1, 'content-encoding': 'snappy' },
    });
    assert.deepEqual([answer.statusCode, answer.body], [200, 'body']);
    assert.equal(answer.headers['content-encoding'], 'snappy');
    assert.equal(answer.headers['content-type'], V1);
  });
});

describe('OTLP over HTTP', () => {
  it('takes protobuf and JSON, packed with gzip or not', async () => {
    const { takenOtlp, postOtlp } = setUp();
    const json = await postOtlp({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    assert.deepEqual([json.statusCode, json.body], [200, '{}']);
    const proto = await postOtlp({ 'content-type': V1 });
    assert.deepEqual([proto.statusCode, proto.body], [200, '']);
    assert.deepEqual(
      takenOtlp.map(({ isJson, isGzip }) => [isJson, isGzip]),
      [
        [true, true],
        [false, false],
      ],
    );
    assert.equal((await postOtlp({ 'content-type': 'text/plain' })).statusCode, 415);
    const packed = { 'content-type': V1, 'content-encoding': 'br' };
    assert.equal((await postOtlp(packed)).statusCode, 415);
  });

  it('says what was left out, and what went wrong', async () => {
    const partial = setUp(undefined, () => ({ rejectedCount: 2, message: 'delta' }));
    const { body } = await partial.postOtlp({ 'content-type': 'application/json' });
    assert.equal(body, '{"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"delta"}}');
    const binary = await partial.postOtlp({ 'content-type': V1 });
    assert.equal(binary.rawPayload.toString('hex'), '0a09080212056465' + '6c7461');
    const failing = setUp(undefined, () => {
      throw unavailable('TSDB_LOG_WRITE_FAILED', 'the disk is full');
    });
    const failed = await failing.postOtlp({ 'content-type': 'application/json' });
    assert.deepEqual(
      [failed.statusCode, failed.body],
      [503, '{"code":14,"message":"the disk is full"}'],
    );
  });
});
