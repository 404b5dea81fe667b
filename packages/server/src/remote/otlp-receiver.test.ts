import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AppError, createSeededRandom, ProtoWriter } from '../platform/index.ts';
import { DEFAULT_OTLP, type OtlpConfig } from './otlp-convert.ts';
import { type NamedMetric, translateLabelName, translateMetricName } from './otlp-names.ts';
import { createOtlpReceiver } from './otlp-receiver.ts';
import { createTestStore } from './testing.ts';

const AT = 1_760_000_000_123;
const NANOS = `${AT}456789`;
const START = { startTimeUnixNano: `${AT - 1000}000000`, timeUnixNano: NANOS };

const RESOURCE = {
  attributes: [
    { key: 'service.name', value: { stringValue: 'shop' } },
    { key: 'service.namespace', value: { stringValue: 'eu' } },
    { key: 'service.instance.id', value: { stringValue: 'i-1' } },
    { key: 'host.name', value: { stringValue: 'h1' } },
    { key: 'os.bits', value: { intValue: '64' } },
  ],
};
/** `job` and `instance` of all series of that resource, as text. */
const WHO = 'instance="i-1", job="eu/shop"';

function requestOf(...metrics: unknown[]): unknown {
  const scope = { name: 'lib', version: '1.2', attributes: [] };
  return { resourceMetrics: [{ resource: RESOURCE, scopeMetrics: [{ scope, metrics }] }] };
}

async function take(request: unknown, config: Partial<OtlpConfig> = {}) {
  const store = createTestStore();
  const receiver = createOtlpReceiver(store, { ...DEFAULT_OTLP, ...config });
  const body = Buffer.from(JSON.stringify(request));
  const outcome = await receiver.receive({ isJson: true, isGzip: false, body });
  const rows = [...store.rows].map(([series, values]) => `${series} ${values.join(', ')}`);
  return { store, receiver, outcome, rows: rows.sort(), flushCount: store.flushCount };
}

const point = (value: number, attributes: Readonly<Record<string, string>> = {}) => ({
  ...START,
  asDouble: value,
  attributes: Object.entries(attributes).map(([key, text]) => ({
    key,
    value: { stringValue: text },
  })),
});

const LATENCY = {
  name: 'http.server.request.duration',
  unit: 's',
  histogram: {
    aggregationTemporality: 2,
    dataPoints: [
      {
        ...START,
        count: '6',
        sum: 4.5,
        bucketCounts: ['1', '2', '3'],
        explicitBounds: [0.5, 1],
        exemplars: [
          {
            timeUnixNano: NANOS,
            asDouble: 0.7,
            traceId: '5b8efff798038103d269b633813fc60c',
            spanId: 'eee19b7ec3c1b174',
          },
        ],
      },
    ],
  },
};

describe('OTLP receiver', () => {
  it('names gauges and counters, and adds job, instance and target_info', async () => {
    const { rows, outcome, flushCount, receiver } = await take(
      requestOf(
        { name: 'process.memory.usage', unit: 'By', gauge: { dataPoints: [point(5)] } },
        {
          name: 'http.requests',
          unit: '{request}',
          description: 'Requests.',
          sum: {
            aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
            isMonotonic: true,
            dataPoints: [point(7, { 'http.route': '/a' })],
          },
        },
        {
          name: 'queue.size',
          sum: { aggregationTemporality: 2, dataPoints: [{ ...START, asInt: '-3' }] },
        },
      ),
    );
    assert.deepEqual(outcome, { rejectedCount: 0, message: '' });
    assert.equal(flushCount, 1);
    assert.deepEqual(rows, [
      `http_requests_total{http_route="/a", ${WHO}} ${AT} 7 @${AT - 1000}`,
      `process_memory_usage_bytes{${WHO}} ${AT} 5 @${AT - 1000}`,
      `queue_size{${WHO}} ${AT} -3 @${AT - 1000}`,
      `target_info{host_name="h1", ${WHO}, os_bits="64"} ${AT} 1`,
    ]);
    const [, requests] = receiver.metadata();
    assert.deepEqual(requests, {
      metric: 'http_requests_total',
      type: 'counter',
      help: 'Requests.',
      unit: '{request}',
    });
  });

  it('makes classic series of explicit buckets, with their exemplars', async () => {
    const { rows, store } = await take(requestOf(LATENCY));
    const name = 'http_server_request_duration_seconds';
    const at = `@${AT - 1000}`;
    assert.deepEqual(rows.slice(0, 5), [
      `${name}_bucket{${WHO}, le="+Inf"} ${AT} 6 ${at}`,
      `${name}_bucket{${WHO}, le="0.5"} ${AT} 1 ${at}`,
      `${name}_bucket{${WHO}, le="1"} ${AT} 3 ${at}`,
      `${name}_count{${WHO}} ${AT} 6 ${at}`,
      `${name}_sum{${WHO}} ${AT} 4.5 ${at}`,
    ]);
    const ids = 'span_id="eee19b7ec3c1b174", trace_id="5b8efff798038103d269b633813fc60c"';
    assert.deepEqual(store.exemplars, [`${name}_bucket{${WHO}, le="1"} {${ids}} ${AT} 0.7`]);
  });

  it('makes native histograms of explicit buckets where it was told to', async () => {
    const { rows } = await take(requestOf(LATENCY), { convertsToCustomBuckets: true });
    const name = 'http_server_request_duration_seconds';
    assert.equal(rows[0], `${name}{${WHO}} ${AT} {6, 4.5} @${AT - 1000}`);
    assert.equal(rows.length, 2);
  });

  it('makes native histograms of exponential ones, finer ones merged', async () => {
    const histogram = (scale: number) => ({
      name: 'size',
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            ...START,
            count: 10,
            sum: 30,
            scale,
            zeroCount: 1,
            positive: { offset: -2, bucketCounts: ['0', '2', '3', '0', '4', '0'] },
            negative: {},
          },
        ],
      },
    });
    for (const scale of [0, 3, 12]) {
      const { rows, outcome } = await take(requestOf(histogram(scale)));
      assert.deepEqual(outcome, { rejectedCount: 0, message: '' });
      assert.equal(rows[0], `size{${WHO}} ${AT} {10, 30} @${AT - 1000}`);
    }
    const coarse = await take(requestOf(histogram(-5)));
    assert.equal(coarse.outcome.rejectedCount, 1);
    assert.match(coarse.outcome.message, /schema -5 is not known/);
  });

  it('makes quantiles of summaries, and ends series that have no value', async () => {
    const { rows } = await take(
      requestOf(
        {
          name: 'gc',
          unit: 'ms',
          summary: {
            dataPoints: [
              { ...START, count: 2, sum: 3, quantileValues: [{ quantile: 0.99, value: 1.5 }] },
            ],
          },
        },
        { name: 'gone', gauge: { dataPoints: [{ ...START, flags: 1 }] } },
      ),
    );
    const at = `@${AT - 1000}`;
    assert.deepEqual(rows.slice(0, 4), [
      `gc_milliseconds_count{${WHO}} ${AT} 2 ${at}`,
      `gc_milliseconds_sum{${WHO}} ${AT} 3 ${at}`,
      `gc_milliseconds{${WHO}, quantile="0.99"} ${AT} 1.5 ${at}`,
      `gone{${WHO}} ${AT} stale ${at}`,
    ]);
  });

  it('refuses differences with what to do, and stores the rest', async () => {
    const { rows, outcome } = await take(
      requestOf(
        {
          name: 'hits',
          sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point(1), point(2)] },
        },
        { name: 'ok', gauge: { dataPoints: [point(1)] } },
      ),
    );
    assert.equal(outcome.rejectedCount, 2);
    assert.match(
      outcome.message,
      /metric "hits": its temporality is delta; want cumulative \(OTEL_/,
    );
    assert.equal(rows[0], `ok{${WHO}} ${AT} 1 @${AT - 1000}`);
  });

  it('promotes what the configuration names', async () => {
    const gauge = { name: 'g', gauge: { dataPoints: [point(1)] } };
    const check = async (config: Partial<OtlpConfig>, want: string): Promise<void> => {
      const { rows } = await take(requestOf(gauge), config);
      assert.equal(rows[0].split(' 17')[0], want);
    };
    await check({ promoted: ['host.name'] }, `g{host_name="h1", ${WHO}}`);
    await check(
      { promoted: 'all', ignored: ['os.bits', 'service.name', 'service.namespace'] },
      `g{host_name="h1", ${WHO}, service_instance_id="i-1"}`,
    );
    await check(
      { promotesScope: true },
      `g{${WHO}, otel_scope_name="lib", otel_scope_version="1.2"}`,
    );
    await check(
      { promoted: ['host.name'], strategy: 'NoTranslation' },
      `g{"host.name"="h1", ${WHO}}`,
    );
  });

  it('reads protobuf as it reads JSON, packed with gzip or not', async () => {
    const store = createTestStore();
    const receiver = createOtlpReceiver(store, DEFAULT_OTLP);
    const body = createProtoRequest();
    for (const isGzip of [false, true]) {
      const packed = isGzip ? gzipSync(body) : body;
      const outcome = await receiver.receive({ isJson: false, isGzip, body: packed });
      assert.deepEqual(outcome, { rejectedCount: 0, message: '' });
    }
    assert.deepEqual(
      [...store.rows].map(([series, rows]) => `${series} ${rows.join()}`),
      [`hits_total{job="shop", path="/a"} ${AT} 42`],
    );
  });

  it('takes any bytes without a crash', async () => {
    const seed = 1234;
    const random = createSeededRandom(seed);
    const receiver = createOtlpReceiver(createTestStore(), DEFAULT_OTLP);
    const json = Buffer.from(JSON.stringify(requestOf(LATENCY)));
    const proto = createProtoRequest();
    for (let round = 0; round < 800; round++) {
      const isJson = round % 2 === 0;
      const body = Uint8Array.from(isJson ? json : proto);
      for (let flips = 0; flips < 2; flips++) {
        body[Math.floor(random.float() * body.length)] = Math.floor(random.float() * 256);
      }
      try {
        await receiver.receive({ isJson, isGzip: false, body });
      } catch (error) {
        const isExpected = error instanceof AppError && error.kind === 'invalid';
        assert.ok(isExpected, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});

/** One counter with one point. */
function createProtoRequest(): Uint8Array {
  const writer = new ProtoWriter();
  const nest = (field: number, write: () => void): void => {
    const start = writer.begin(field);
    write();
    writer.end(start);
  };
  const pair = (field: number, key: string, value: string): void =>
    nest(field, () => {
      writer.string(1, key);
      nest(2, () => writer.string(1, value));
    });
  const nanos = new DataView(new ArrayBuffer(8));
  nanos.setBigUint64(0, BigInt(NANOS), true);
  nest(1, () => {
    nest(1, () => pair(1, 'service.name', 'shop'));
    nest(2, () =>
      nest(2, () => {
        writer.string(1, 'hits');
        nest(7, () => {
          nest(1, () => {
            pair(7, 'path', '/a');
            writer.doubleBits(3, nanos.getUint32(0, true), nanos.getUint32(4, true));
            writer.double(4, 42);
          });
          writer.uint(2, 2);
          writer.uint(3, 1);
        });
      }),
    );
  });
  return writer.finish();
}

describe('OTLP names', () => {
  it('are those of Prometheus', () => {
    const check = (
      metric: Partial<NamedMetric>,
      want: string,
      strategy = DEFAULT_OTLP.strategy,
    ) => {
      const whole = { name: '', unit: '', isCounter: false, isGauge: false, ...metric };
      assert.equal(translateMetricName(whole, { ...DEFAULT_OTLP, strategy }), want);
    };
    check({ name: 'system.io', unit: 'foo/bar' }, 'system_io_foo_per_bar');
    check({ name: 'a.speed', unit: 'By/s' }, 'a_speed_bytes_per_second');
    check({ name: 'system.cpu.time', unit: 's', isCounter: true }, 'system_cpu_time_seconds_total');
    check({ name: 'active.total', isCounter: true }, 'active_total');
    check({ name: 'total.active', isCounter: true }, 'active_total');
    check({ name: 'hw.gpu.utilization', unit: '1', isGauge: true }, 'hw_gpu_utilization_ratio');
    check({ name: 'hw.count', unit: '1' }, 'hw_count');
    check({ name: 'fan', unit: '{packets}/V' }, 'fan_per_V');
    check({ name: '2xx.count' }, '_2xx_count');
    check({ name: 'weird$$name__x', unit: '%' }, 'weird_name_x_percent');
    check({ name: 'a.b', unit: 's', isCounter: true }, 'a_b', 'UnderscoreEscapingWithoutSuffixes');
    check(
      { name: 'a.b', unit: 's', isCounter: true },
      'a.b_seconds_total',
      'NoUTF8EscapingWithSuffixes',
    );
    check({ name: 'a.b', unit: 's', isCounter: true }, 'a.b', 'NoTranslation');
  });

  it('of labels too', () => {
    const check = (key: string, want: string): void => {
      assert.equal(translateLabelName(key, DEFAULT_OTLP), want);
    };
    check('http.method', 'http_method');
    check('2nd', 'key_2nd');
    check('_private', 'key_private');
    check('a..b', 'a_b');
    const wide = { ...DEFAULT_OTLP, strategy: 'NoUTF8EscapingWithSuffixes' } as const;
    assert.equal(translateLabelName('http.method', wide), 'http.method');
    const many = { ...DEFAULT_OTLP, keepsMultipleUnderscores: true };
    assert.equal(translateLabelName('a..b', many), 'a__b');
  });
});
