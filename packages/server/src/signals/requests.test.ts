/**
 * Every convention of requests, from a page as its program writes it to the numbers on a service's
 * page, against traffic that is known: 100 requests a second, 4 % of them failed.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServiceSignals } from '@nines/contract';
import {
  createTraffic,
  DURATIONS,
  FAILED_RATIO,
  formatHistogram,
  INTERVAL_MS,
  openWorld,
  REQUESTS_PER_SECOND,
  type Traffic,
} from './testing.ts';

interface Case {
  readonly convention: string;
  readonly page: (traffic: Traffic) => string;
  /** In seconds; absent: it tells no latency. */
  readonly bounds?: readonly number[];
  /** Absent: it tells no errors. */
  readonly failures?: string;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MILLISECONDS = SECONDS.map((bound) => bound * 1000);

/** One histogram by outcome, and what else stands on the page. */
function timed(what: {
  readonly metric: string;
  readonly ok: string;
  readonly failed: string;
  readonly scale?: number;
  readonly more?: string;
}): Case['page'] {
  const { metric, scale = 1, more = '' } = what;
  const bounds = scale === 1 ? SECONDS : MILLISECONDS;
  return (traffic) =>
    [
      `# HELP ${metric} Duration of requests.\n# TYPE ${metric} histogram`,
      formatHistogram({ metric, labels: what.ok, bounds, scale, traffic, outcome: 'ok' }),
      formatHistogram({ metric, labels: what.failed, bounds, scale, traffic, outcome: 'failed' }),
      more,
    ].join('\n');
}

/** Counters by outcome. */
function counted(metric: string, ok: string, failed: string): Case['page'] {
  return ({ okCount, failedCount }) =>
    `# TYPE ${metric} counter\n${metric}{${ok}} ${okCount}\n${metric}{${failed}} ${failedCount}\n`;
}

const both =
  (...pages: readonly Case['page'][]): Case['page'] =>
  (traffic) =>
    pages.map((page) => page(traffic)).join('\n');

/** A histogram that does not tell outcomes. */
function bare(metric: string): Case['page'] {
  return timed({ metric, ok: 'host="a"', failed: 'host="b"' });
}

const OTEL_MORE = `# TYPE target_info gauge
target_info{service_name="cart",service_version="2.1.0",telemetry_sdk_language="nodejs"} 1
http_server_active_requests{http_request_method="GET",url_scheme="http"} 3`;

const CASES: readonly Case[] = [
  {
    convention: 'OpenTelemetry HTTP server',
    page: timed({
      metric: 'http_server_request_duration_seconds',
      ok: 'http_request_method="GET",http_response_status_code="200",http_route="/cart"',
      failed:
        'http_request_method="GET",http_response_status_code="503",http_route="/cart",error_type="503"',
      more: OTEL_MORE,
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'OpenTelemetry HTTP server',
    page: timed({
      metric: 'http_server_duration_milliseconds',
      ok: 'http_method="GET",http_status_code="200",http_route="/cart"',
      failed: 'http_method="GET",http_status_code="500",http_route="/cart"',
      scale: 1000,
      more: OTEL_MORE,
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'OpenTelemetry HTTP server',
    page: timed({
      metric: 'http_server_request_duration',
      ok: 'http_response_status_code="200"',
      failed: 'http_response_status_code="500"',
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'OpenTelemetry RPC server',
    page: timed({
      metric: 'rpc_server_duration_milliseconds',
      ok: 'rpc_system="grpc",rpc_service="shop.Cart",rpc_grpc_status_code="5"',
      failed: 'rpc_system="grpc",rpc_service="shop.Cart",rpc_grpc_status_code="14"',
      scale: 1000,
    }),
    bounds: SECONDS,
    failures: 'faults',
  },
  {
    convention: 'OpenTelemetry RPC server',
    page: timed({
      metric: 'rpc_server_call_duration_seconds',
      ok: 'rpc_response_status_code="NOT_FOUND"',
      failed: 'rpc_response_status_code="UNAVAILABLE"',
    }),
    bounds: SECONDS,
    failures: 'faults',
  },
  {
    convention: 'OpenTelemetry HTTP client',
    page: timed({
      metric: 'http_client_request_duration_seconds',
      ok: 'http_response_status_code="200",server_address="pay"',
      failed: 'http_response_status_code="502",server_address="pay"',
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    // express-prom-bundle and fastify-metrics.
    convention: 'Prometheus HTTP server',
    page: timed({
      metric: 'http_request_duration_seconds',
      ok: 'method="GET",path="/",status_code="404"',
      failed: 'method="GET",path="/",status_code="500"',
      more: 'up 1',
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    // A histogram without outcomes beside a counter with them; classes instead of codes.
    convention: 'Prometheus HTTP server',
    page: both(
      bare('http_request_duration_seconds'),
      counted('http_requests_total', 'code="2xx"', 'code="5xx"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'Prometheus HTTP server',
    page: counted('http_requests_total', 'result="good"', 'result="bad"'),
  },
  {
    // FastAPI's instrumentator.
    convention: 'Prometheus HTTP server',
    page: both(
      bare('http_request_duration_highr_seconds'),
      counted('http_requests_total', 'handler="/",status="2xx"', 'handler="/",status="5xx"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'prometheus-flask-exporter',
    page: both(
      timed({
        metric: 'flask_http_request_duration_seconds',
        ok: 'method="GET",path="/",status="200"',
        failed: 'method="GET",path="/",status="500"',
      }),
      counted('flask_http_request_total', 'method="GET",status="200"', 'method="GET",status="500"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'django-prometheus',
    page: both(
      bare('django_http_requests_latency_including_middlewares_seconds'),
      counted('django_http_responses_total_by_status_total', 'status="200"', 'status="500"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'starlette-exporter',
    page: both(
      bare('starlette_request_duration_seconds'),
      counted('starlette_requests_total', 'status_code="200"', 'status_code="500"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'Micrometer HTTP server',
    page: timed({
      metric: 'http_server_requests_seconds',
      ok: 'exception="none",method="GET",outcome="SUCCESS",status="200",uri="/cart"',
      failed: 'exception="X",method="GET",outcome="SERVER_ERROR",status="500",uri="/cart"',
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'gRPC server',
    page: both(
      bare('grpc_server_handling_seconds'),
      counted(
        'grpc_server_handled_total',
        'grpc_code="InvalidArgument",grpc_method="Get",grpc_service="shop.Cart",grpc_type="unary"',
        'grpc_code="Internal",grpc_method="Get",grpc_service="shop.Cart",grpc_type="unary"',
      ),
    ),
    bounds: SECONDS,
    failures: 'faults',
  },
  {
    convention: 'gRPC server',
    page: timed({
      metric: 'grpc_server_call_duration_seconds',
      ok: 'grpc_method="shop.Cart/Get",grpc_status="OK"',
      failed: 'grpc_method="shop.Cart/Get",grpc_status="INTERNAL"',
    }),
    bounds: SECONDS,
    failures: 'faults',
  },
  {
    convention: 'Envoy listeners',
    page: both(
      timed({
        metric: 'envoy_http_downstream_rq_time',
        ok: 'envoy_http_conn_manager_prefix="ingress_http"',
        failed: 'envoy_http_conn_manager_prefix="ingress_https"',
        scale: 1000,
      }),
      counted(
        'envoy_http_downstream_rq_xx',
        'envoy_response_code_class="2",envoy_http_conn_manager_prefix="ingress_http"',
        'envoy_response_code_class="5",envoy_http_conn_manager_prefix="ingress_http"',
      ),
      // What scrapers ask of the admin port does not count.
      ({ okCount }) =>
        'envoy_http_downstream_rq_xx{envoy_response_code_class="5",' +
        `envoy_http_conn_manager_prefix="admin"} ${okCount}`,
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'ingress-nginx',
    page: both(
      timed({
        metric: 'nginx_ingress_controller_request_duration_seconds',
        ok: 'controller_class="k8s.io/ingress-nginx",host="shop",ingress="shop",status="200"',
        failed: 'controller_class="k8s.io/ingress-nginx",host="shop",ingress="shop",status="502"',
      }),
      counted('nginx_ingress_controller_requests', 'status="200"', 'status="502"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'Traefik',
    page: both(
      timed({
        metric: 'traefik_entrypoint_request_duration_seconds',
        ok: 'code="200",entrypoint="web",method="GET",protocol="http"',
        failed: 'code="500",entrypoint="web",method="GET",protocol="http"',
      }),
      counted(
        'traefik_entrypoint_requests_total',
        'code="200",entrypoint="web"',
        'code="500",entrypoint="web"',
      ),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'HAProxy',
    page: counted(
      'haproxy_frontend_http_responses_total',
      'proxy="fe",code="2xx"',
      'proxy="fe",code="5xx"',
    ),
    failures: '5xx',
  },
  {
    convention: 'Prometheus HTTP server, with a prefix',
    page: timed({
      metric: 'shop_http_request_duration_seconds',
      ok: 'code="200"',
      failed: 'code="500"',
      // A client's metrics end alike.
      more: 'billing_client_http_requests_total{code="500"} 7',
    }),
    bounds: SECONDS,
    failures: '5xx',
  },
  {
    convention: 'Nines',
    page: both(
      bare('nines_http_request_duration_seconds'),
      counted('nines_http_requests_total', 'code="200"', 'code="500"'),
    ),
    bounds: SECONDS,
    failures: '5xx',
  },
];

/** Two minutes of traffic at two instances, each with half of it. */
async function observe(page: Case['page']): Promise<ServiceSignals> {
  const world = openWorld();
  try {
    for (let seconds = 0; seconds <= 120; seconds += INTERVAL_MS / 1000) {
      if (seconds > 0) world.clock.advance(INTERVAL_MS);
      for (const instance of ['a:80', 'b:80']) {
        world.scrape({ job: 'shop', instance }, page(createTraffic(seconds / 2)));
      }
    }
    world.targets.push({ labels: { names: ['job'], values: ['shop'] }, intervalMs: INTERVAL_MS });
    return await world.signals.getSignals('shop');
  } finally {
    await world.close();
  }
}

function checkLatency(signals: ServiceSignals, bounds: readonly number[]): void {
  const latency = signals.signals.find(({ kind }) => kind === 'latency');
  assert.equal(latency?.unit, 'seconds');
  assert.deepEqual(
    latency?.lines.map(({ name }) => name),
    Object.keys(DURATIONS),
  );
  Object.values(DURATIONS).forEach((truth, i) => {
    const { name, value, expression } = latency?.lines[i] ?? {};
    const upper = bounds.find((bound) => bound >= truth) ?? 0;
    const lower = bounds[bounds.indexOf(upper) - 1];
    assert.ok(
      typeof value === 'number' && value > lower && value <= upper,
      `${name} is ${value}, truth ${truth} in (${lower}, ${upper}]: ${expression}`,
    );
  });
}

function assertClose(value: number | null | undefined, want: number): void {
  const isClose = typeof value === 'number' && Math.abs(value - want) <= want * 1e-6;
  assert.ok(isClose, `got ${value}, want ${want}`);
}

describe('requests are found, counted and timed by', () => {
  for (const { convention, page, bounds, failures } of CASES) {
    const first = /^(\w+?)(?:_bucket)?\{/m.exec(page(createTraffic(15)))?.[1] ?? '';
    it(`${convention}: ${first}`, async () => {
      const answer = await observe(page);
      const [traffic] = answer.signals.filter(({ kind }) => kind === 'traffic');
      assert.equal(traffic.convention, convention);
      assertClose(traffic.lines[0].value, REQUESTS_PER_SECOND);
      const errors = answer.signals.find(({ kind }) => kind === 'errors');
      assert.equal(errors?.lines[0].name, failures);
      if (failures !== undefined) assertClose(errors?.lines[0].value, FAILED_RATIO);
      if (bounds !== undefined) checkLatency(answer, bounds);
      const missing = answer.missing.map(({ kind }) => kind);
      assert.equal(missing.includes('latency'), bounds === undefined);
      assert.equal(missing.includes('errors'), failures === undefined);
    });
  }
});

describe('requests', () => {
  const page: Case['page'] = counted('http_requests_total', 'status="200"', 'status="201"');

  it('that never failed have no errors, which is not the same as nothing known', async () => {
    const { signals } = await observe(page);
    assert.equal(signals.find(({ kind }) => kind === 'errors')?.lines[0].value, 0);
  });

  it('that do not come have no share of errors', async () => {
    const { signals } = await observe(() => page(createTraffic(15)));
    assert.equal(signals.find(({ kind }) => kind === 'errors')?.lines[0].value, null);
    assert.equal(signals.find(({ kind }) => kind === 'traffic')?.lines[0].value, 0);
  });

  it('timed by a summary show the quantiles of the slowest instance', async () => {
    const { signals } = await observe(
      () =>
        'http_request_summary_seconds{quantile="0.50"} 0.1\n' +
        'http_request_summary_seconds{quantile="0.99",path="/a"} 0.4\n' +
        'http_request_summary_seconds{quantile="0.99",path="/b"} 0.7\n' +
        'http_request_summary_seconds_count 10\n',
    );
    const [latency] = signals;
    assert.equal(latency.title, 'HTTP requests served, slowest instance');
    assert.deepEqual(
      latency.lines.map(({ name, value }) => [name, value]),
      [
        ['p50', 0.1],
        ['p99', 0.7],
      ],
    );
  });

  it('with dots in their names are found too', async () => {
    const dotted = (traffic: Traffic): string =>
      [
        `{"http.server.request.duration_bucket","http.response.status_code"="500",le="0.1"} ${traffic.okCount}`,
        `{"http.server.request.duration_bucket","http.response.status_code"="500",le="+Inf"} ${traffic.okCount}`,
        `{"http.server.request.duration_count","http.response.status_code"="500"} ${traffic.okCount}`,
      ].join('\n');
    const { signals } = await observe(dotted);
    assert.deepEqual(
      signals.map(({ kind }) => kind),
      ['latency', 'traffic', 'errors'],
    );
    assert.equal(signals[2].lines[0].value, 1);
  });

  it('made and served are both shown, the served ones first', async () => {
    const metric = (side: string) => `http_${side}_request_duration_seconds`;
    const labels = {
      ok: 'http_response_status_code="200"',
      failed: 'http_response_status_code="500"',
    };
    const { signals } = await observe(
      both(
        timed({ metric: metric('client'), ...labels }),
        timed({ metric: metric('server'), ...labels }),
      ),
    );
    assert.deepEqual(
      signals.map(({ kind, title }) => `${kind}: ${title}`),
      ['latency', 'traffic', 'errors'].flatMap((kind) => [
        `${kind}: HTTP requests served`,
        `${kind}: HTTP requests made`,
      ]),
    );
  });

  it('are counted once where several conventions fit: the most specific', async () => {
    const { signals } = await observe(
      both(
        timed({
          metric: 'http_server_request_duration_seconds',
          ok: 'http_response_status_code="200"',
          failed: 'http_response_status_code="500"',
        }),
        timed({
          metric: 'http_request_duration_seconds',
          ok: 'status="200"',
          failed: 'status="500"',
        }),
      ),
    );
    assert.deepEqual(
      [...new Set(signals.map(({ convention }) => convention))],
      ['OpenTelemetry HTTP server'],
    );
  });
});

/** Four graphs of saturation. */
const GO_PAGE = `go_goroutines 8
go_memstats_heap_inuse_bytes 1
process_cpu_seconds_total 1
process_open_fds 1
process_max_fds 2
`;

describe('the graphs of a service', () => {
  it('are twelve at most, and saturation takes what the others leave', async () => {
    const all = await observe(both(...CASES.map(({ page }) => page), () => GO_PAGE));
    const kinds = all.signals.map(({ kind }) => kind);
    assert.equal(kinds.length, 12);
    for (const kind of ['latency', 'traffic', 'errors'] as const) {
      assert.equal(kinds.filter((one) => one === kind).length, 3, kind);
    }
  });

  it('are the same in whatever order the metrics came', async () => {
    const pages = CASES.map(({ page }) => page);
    const titles = (answer: ServiceSignals): readonly string[] =>
      answer.signals.flatMap(({ lines }) => lines.map(({ expression }) => expression));
    assert.deepEqual(
      titles(await observe(both(...pages))),
      titles(await observe(both(...pages.toReversed()))),
    );
  });
});
