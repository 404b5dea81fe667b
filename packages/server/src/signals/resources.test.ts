/** What programs and machines can run out of, from pages as they write them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ServiceSignals } from '@nines/contract';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { INTERVAL_MS, openWorld } from './testing.ts';

/** Six scrapes of one page; counters are given as a page of the seconds that have passed. */
async function observe(
  page: (seconds: number) => string,
  other?: (seconds: number) => string,
): Promise<ServiceSignals> {
  const world = openWorld();
  try {
    for (let seconds = 0; seconds <= 90; seconds += INTERVAL_MS / 1000) {
      if (seconds > 0) world.clock.advance(INTERVAL_MS);
      world.scrape({ job: 'thing', instance: 'a:1' }, page(seconds));
      if (other !== undefined) world.scrape({ job: 'thing', instance: 'b:1' }, other(seconds));
    }
    world.targets.push({ labels: { names: ['job'], values: ['thing'] }, intervalMs: INTERVAL_MS });
    return await world.signals.getSignals('thing');
  } finally {
    await world.close();
  }
}

/** All lines as `convention/title/line`, with their values to four places. */
function list({ signals }: ServiceSignals): Readonly<Record<string, number | null>> {
  const pairs = signals.flatMap(({ convention, title, lines }) =>
    lines.map(
      ({ name, value }) =>
        [
          `${convention}/${title}/${name}`,
          value === null ? null : Math.round(value * 1e4) / 1e4,
        ] as const,
    ),
  );
  return Object.fromEntries(pairs);
}

const PROCESS = (seconds: number): string => `
process_cpu_seconds_total ${seconds * 0.25}
process_open_fds 30
process_max_fds 1000
process_resident_memory_bytes 5e7
process_start_time_seconds 1.7e9`;

const NODE = (seconds: number, busy: number): string => `
# HELP node_cpu_seconds_total Seconds the CPUs spent in each mode.
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0",mode="idle"} ${seconds * (1 - busy)}
node_cpu_seconds_total{cpu="0",mode="user"} ${seconds * busy}
node_cpu_seconds_total{cpu="1",mode="idle"} ${seconds * (1 - busy)}
node_cpu_seconds_total{cpu="1",mode="user"} ${seconds * busy}
node_disk_io_time_seconds_total{device="sda"} ${seconds * 0.1}
node_disk_io_time_seconds_total{device="loop3"} ${seconds}
node_filesystem_avail_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 40
node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 1
node_filesystem_avail_bytes{device="/dev/sr0",fstype="iso9660",mountpoint="/cd"} 0
node_filesystem_size_bytes{device="/dev/sda1",fstype="ext4",mountpoint="/"} 100
node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/run"} 100
node_filesystem_size_bytes{device="/dev/sr0",fstype="iso9660",mountpoint="/cd"} 100
node_filesystem_files{device="/dev/sda1",fstype="ext4",mountpoint="/"} 1000
node_filesystem_files_free{device="/dev/sda1",fstype="ext4",mountpoint="/"} 900
node_load1 3
node_memory_MemAvailable_bytes 3e9
node_memory_MemTotal_bytes 4e9
node_network_receive_bytes_total{device="eth0"} ${seconds * 1000}
node_network_receive_bytes_total{device="lo"} ${seconds * 1e6}
node_network_receive_drop_total{device="eth0"} ${seconds}
node_network_receive_errs_total{device="eth0"} 0
node_network_transmit_bytes_total{device="eth0"} ${seconds * 500}
node_network_transmit_drop_total{device="eth0"} 0
node_network_transmit_errs_total{device="eth0"} 0
node_pressure_cpu_waiting_seconds_total ${seconds * 0.2}
node_pressure_io_waiting_seconds_total 0
node_pressure_memory_waiting_seconds_total 0
node_exporter_build_info{branch="debian/sid",version="1.5.0",revision="1.5.0-1+b6"} 1
node_os_info{id="debian",version="12 (bookworm)"} 1
go_goroutines 8
go_info{version="go1.19.8"} 1
promhttp_metric_handler_requests_total{code="200"} ${seconds}
promhttp_metric_handler_requests_total{code="500"} ${seconds}
${PROCESS(seconds)}`;

describe('resources are found by', () => {
  it('node_exporter, of the fullest of several hosts, and without the exporter itself', async () => {
    const answer = await observe(
      (seconds) => NODE(seconds, 0.3),
      (seconds) => NODE(seconds, 0.8),
    );
    assert.deepEqual(list(answer), {
      'node_exporter/Network, bytes per second/received': 2000,
      'node_exporter/Network, bytes per second/sent': 1000,
      'node_exporter/Network packets lost/receive errors': 0,
      'node_exporter/Network packets lost/receive drops': 2,
      'node_exporter/Network packets lost/send errors': 0,
      'node_exporter/Network packets lost/send drops': 0,
      'node_exporter/Fullest host/CPU': 0.8,
      'node_exporter/Fullest host/memory': 0.25,
      'node_exporter/Fullest host/filesystem': 0.6,
      'node_exporter/Fullest host/inodes': 0.1,
      'node_exporter/Fullest host/disk': 0.1,
      'node_exporter/Load per core/load1': 1.5,
      'node_exporter/Time that work stood waiting/for CPU': 0.2,
      'node_exporter/Time that work stood waiting/for memory': 0,
      'node_exporter/Time that work stood waiting/for disks': 0,
    });
    assert.deepEqual(
      answer.missing.map(({ kind, advice }) => `${kind}: ${advice}`),
      ['latency: a host serves no requests itself: latency is told by the services that run on it'],
    );
    assert.deepEqual(answer.versions, [
      { version: '1.5.0', instances: ['a:1', 'b:1'], source: 'node_exporter_build_info' },
    ]);
  });

  it("prom-client's default metrics, as it writes them", async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const page = await registry.metrics();
    const answer = await observe(() => page);
    const lines = list(answer);
    assert.deepEqual(Object.keys(lines), [
      'prom-client/Process/CPU of one core',
      'prom-client/Process/open files',
      'prom-client/Event loop/p99 lag',
      'prom-client/Memory/heap',
      'prom-client/Memory/resident',
    ]);
    assert.ok((lines['prom-client/Memory/heap'] ?? 0) > 1e6);
    assert.deepEqual(
      answer.missing.map(({ kind }) => kind),
      ['latency', 'traffic', 'errors'],
    );
    assert.match(answer.missing[0].advice, /http_request_duration_seconds/);
    assert.deepEqual(answer.versions, []);
  });

  it("Nines' own seconds of the machine, where an average would hide the spikes", async () => {
    const answer = await observe(
      (seconds) => `nines_host_cpu_utilization_ratio_bucket{le="0.05"} ${seconds * 0.9}
nines_host_cpu_utilization_ratio_bucket{le="0.95"} ${seconds * 0.9}
nines_host_cpu_utilization_ratio_bucket{le="1"} ${seconds}
nines_host_cpu_utilization_ratio_bucket{le="+Inf"} ${seconds}`,
    );
    const lines = list(answer);
    assert.ok((lines['node_exporter/CPU, second by second/p50'] ?? 1) <= 0.05);
    assert.ok((lines['node_exporter/CPU, second by second/p99'] ?? 0) > 0.95);
  });

  const check = (
    what: string,
    page: (seconds: number) => string,
    want: Readonly<Record<string, number | null>>,
  ): void => {
    it(what, async () => assert.deepEqual(list(await observe(page)), want));
  };

  check(
    "Go's client, with the processors it may use",
    (seconds) => `go_goroutines 8
go_sched_gomaxprocs_threads 4
go_memstats_heap_inuse_bytes 1e6
promhttp_metric_handler_requests_total{code="200"} ${seconds}
${PROCESS(seconds)}`,
    {
      'Go client/Process/CPU': 0.0625,
      'Go client/Process/open files': 0.03,
      'Go client/CPU cores in use/busiest instance': 0.25,
      'Go client/Memory/heap': 1e6,
      'Go client/Memory/resident': 5e7,
      'Go client/Goroutines/busiest instance': 8,
    },
  );

  check('any official client', PROCESS, {
    'Prometheus client/Process/open files': 0.03,
    'Prometheus client/CPU cores in use/busiest instance': 0.25,
    'Prometheus client/Memory/resident': 5e7,
  });

  check(
    'Micrometer',
    (seconds) => `process_cpu_usage 0.4
jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 100
jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 300
jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 900
jvm_memory_max_bytes{area="heap",id="G1 Eden Space"} -1
jvm_memory_max_bytes{area="heap",id="G1 Old Gen"} 1000
hikaricp_connections_active{pool="main"} 9
hikaricp_connections_max{pool="main"} 10
jvm_gc_pause_seconds_sum{action="end of minor GC",cause="x",gc="G1"} ${seconds * 0.02}`,
    {
      'Micrometer JVM/Process/CPU': 0.4,
      'Micrometer JVM/Process/heap': 0.4,
      'Micrometer JVM/Process/database connections': 0.9,
      'Micrometer JVM/Process/garbage collection': 0.02,
    },
  );

  check(
    'OpenTelemetry on Node.js',
    () => `nodejs_eventloop_utilization_ratio 0.35
nodejs_eventloop_delay_p99_seconds 0.012
v8js_memory_heap_used_bytes{v8js_heap_space_name="old_space"} 50
v8js_memory_heap_used_bytes{v8js_heap_space_name="new_space"} 10`,
    {
      'OpenTelemetry Node.js/Process/event loop': 0.35,
      'OpenTelemetry Node.js/Event loop/p99 delay': 0.012,
      'OpenTelemetry Node.js/Memory/heap': 60,
    },
  );

  check(
    'OpenTelemetry on the JVM',
    () => `jvm_cpu_recent_utilization_ratio 0.2
jvm_memory_used_bytes{jvm_memory_type="heap",jvm_memory_pool_name="eden"} 10
jvm_memory_used_bytes{jvm_memory_type="heap",jvm_memory_pool_name="old"} 20
jvm_memory_limit_bytes{jvm_memory_type="heap",jvm_memory_pool_name="old"} 60`,
    { 'OpenTelemetry JVM/Process/CPU': 0.2, 'OpenTelemetry JVM/Process/heap': 0.5 },
  );

  check(
    'Envoy',
    () => `envoy_cluster_membership_healthy{envoy_cluster_name="cart"} 3
envoy_cluster_membership_healthy{envoy_cluster_name="pay"} 1
envoy_cluster_membership_healthy{envoy_cluster_name="empty"} 0
envoy_cluster_membership_total{envoy_cluster_name="cart"} 3
envoy_cluster_membership_total{envoy_cluster_name="pay"} 4
envoy_cluster_membership_total{envoy_cluster_name="empty"} 0
envoy_http_downstream_rq_active{envoy_http_conn_manager_prefix="admin"} 1
envoy_http_downstream_rq_active{envoy_http_conn_manager_prefix="ingress_http"} 7`,
    {
      'Envoy clusters/Upstreams/hosts lost in the worst cluster': 0.75,
      'Envoy clusters/Requests in flight/downstream': 7,
    },
  );

  check(
    'nginx-prometheus-exporter',
    (seconds) => `nginx_connections_accepted ${seconds * 10}
nginx_connections_active 5
nginx_connections_handled ${seconds * 9}
nginx_connections_reading 0
nginx_connections_waiting 3
nginx_connections_writing 2
nginx_http_requests_total ${seconds * 20}
nginx_up 1`,
    {
      'nginx-prometheus-exporter/HTTP requests served/all': 20,
      'nginx-prometheus-exporter/Connections dropped/dropped': 0.1,
      'nginx-prometheus-exporter/Connections/active': 5,
      'nginx-prometheus-exporter/Connections/writing': 2,
    },
  );

  check(
    'HAProxy',
    () => `haproxy_process_current_connections 50
haproxy_process_max_connections 200
haproxy_frontend_current_sessions{proxy="fe"} 90
haproxy_frontend_limit_sessions{proxy="fe"} 100
haproxy_backend_current_queue{proxy="be"} 4`,
    {
      'HAProxy/Connections and sessions/connections': 0.25,
      'HAProxy/Connections and sessions/sessions of the fullest frontend': 0.9,
      'HAProxy/Requests waiting/queue': 4,
    },
  );

  check(
    'postgres_exporter',
    (seconds) => `pg_stat_database_xact_commit{datid="1",datname="shop"} ${seconds * 90}
pg_stat_database_xact_rollback{datid="1",datname="shop"} ${seconds * 10}
pg_stat_database_numbackends{datid="1",datname="shop"} 30
pg_stat_database_numbackends{datid="2",datname="pay"} 20
pg_settings_max_connections{server="db:5432"} 100
${PROCESS(seconds)}`,
    {
      'postgres_exporter/Transactions/all': 100,
      'postgres_exporter/Transactions/rolled back': 0.1,
      'postgres_exporter/Connections/in use': 0.5,
    },
  );

  check(
    'redis_exporter',
    (seconds) => `redis_commands_processed_total ${seconds * 50}
redis_commands_failed_calls_total{cmd="get"} ${seconds}
redis_memory_used_bytes 80
redis_memory_max_bytes 0
redis_connected_clients 100
redis_config_maxclients 1000`,
    {
      'redis_exporter/Commands/all': 50,
      'redis_exporter/Commands/failed': 0.02,
      'redis_exporter/Memory and clients/memory': null,
      'redis_exporter/Memory and clients/clients': 0.1,
    },
  );
});
