/**
 * The questions: every part of the language that a Prometheus of 2023 knows, over node_exporter's
 * own metrics and the recorded ones. `{job="node"}` is left out where a metric's name says it.
 */

export interface Expression {
  readonly query: string;
  /** The order of an instant's answer is part of it. */
  readonly isOrdered?: true;
}

const PLAIN: readonly string[] = [
  // Selectors.
  'node_load1',
  'node_cpu_seconds_total{mode="idle"}',
  'node_cpu_seconds_total{mode!~"idle|iowait",cpu=~"[01]"}',
  '{__name__=~"node_memory_(MemFree|MemTotal|Cached)_bytes"}',
  'demo_info{note=~".*quoted.*",version!=""}',
  'demo_flaky',
  'demo_depth offset 2m',
  'demo_depth offset -1m',
  // Counters.
  'rate(node_cpu_seconds_total[2m])',
  'rate(node_context_switches_total[5m])',
  'irate(node_cpu_seconds_total{mode="user"}[1m])',
  'increase(demo_seconds_count[5m])',
  'rate(go_memstats_alloc_bytes_total[3m])',
  'resets(demo_seconds_count[10m])',
  'changes(demo_steps_total[5m])',
  'delta(demo_depth[3m])',
  'idelta(demo_depth[1m])',
  'deriv(demo_depth[4m])',
  'predict_linear(demo_depth[5m], 3600)',
  // Aggregations.
  'sum(rate(node_cpu_seconds_total[2m])) by (mode)',
  'sum without (cpu, mode) (rate(node_cpu_seconds_total[2m]))',
  'avg by (region) (demo_depth)',
  'count by (__name__) ({__name__=~"node_.*"})',
  'min(node_scrape_collector_duration_seconds)',
  'max by (collector) (node_scrape_collector_duration_seconds)',
  'stddev(demo_depth)',
  'stdvar by (region) (demo_depth)',
  'group by (region) (demo_depth)',
  'count_values("limit", demo_limit)',
  'quantile by (region) (0.3, demo_depth)',
  'topk(2, demo_depth)',
  'bottomk by (region) (1, demo_depth)',
  // Binary operators.
  'node_memory_MemFree_bytes / node_memory_MemTotal_bytes * 100',
  'demo_depth / on (shard) demo_limit',
  'demo_depth - ignoring (region) demo_limit',
  'demo_depth * on (shard) group_left (version) demo_info',
  'sum by (region) (demo_depth) / on (region) group_right demo_depth',
  'demo_depth > 70',
  'demo_depth >= bool 70',
  'demo_limit == bool on (shard) demo_depth',
  '2 ^ demo_limit % 7 - -demo_limit',
  'demo_depth atan2 on (shard) demo_limit',
  // Sets.
  'demo_depth and on (shard) demo_limit > 70',
  'demo_depth unless on (shard) (demo_limit{shard="1"} or demo_limit{shard="3"})',
  'demo_flaky or demo_depth',
  // Histograms.
  'histogram_quantile(0.9, rate(demo_seconds_bucket[5m]))',
  'histogram_quantile(0.5, sum by (le) (rate(demo_seconds_bucket[5m])))',
  'histogram_quantile(1.5, demo_seconds_bucket)',
  'sum by (route) (rate(demo_seconds_sum[5m])) / sum by (route) (rate(demo_seconds_count[5m]))',
  // Over time.
  'avg_over_time(demo_depth[3m])',
  'sum_over_time(demo_odd[2m])',
  'max_over_time(demo_odd[2m])',
  'min_over_time(demo_odd[2m])',
  'count_over_time(demo_flaky[4m])',
  'stddev_over_time(demo_depth[5m])',
  'stdvar_over_time(node_load1[5m])',
  'quantile_over_time(0.75, demo_depth[5m])',
  'last_over_time(demo_flaky[10m])',
  'present_over_time(demo_flaky[1m])',
  // Subqueries, @ and offset together.
  'max_over_time(rate(node_cpu_seconds_total{mode="system"}[1m])[5m:30s])',
  'avg_over_time((demo_depth * on (shard) demo_limit)[4m:10s] offset 1m)',
  'sum_over_time(sum(demo_depth)[3m:7s])',
  'deriv(rate(demo_seconds_count[1m])[6m:20s])',
  // Labels.
  'label_replace(demo_info, "major", "$1", "version", "v(\\\\d+).*")',
  'label_join(demo_depth, "place", "/", "region", "shard")',
  // Absence.
  'absent(demo_nothing{shard="1"})',
  'absent(demo_flaky{kind="rare"})',
  'absent_over_time(demo_flaky{kind="often"}[2m])',
  // Arithmetic on values.
  'clamp(demo_depth, 55, 75)',
  'clamp_min(clamp_max(demo_odd, 10), -1)',
  'round(demo_depth, 0.5) + floor(demo_depth) - ceil(demo_depth)',
  'sqrt(demo_limit) + ln(demo_limit) + log2(demo_limit) + log10(demo_limit)',
  'exp(demo_odd) + ln(demo_odd)',
  'abs(demo_odd) + sgn(demo_odd)',
  'sin(demo_depth) * cosh(demo_depth / 100) + atan(demo_depth) + rad(deg(demo_depth)) + pi()',
  // Time.
  'time() - node_boot_time_seconds',
  'timestamp(demo_depth)',
  'hour(demo_index * 3600) + day_of_week(demo_index * 86400) + minute(demo_index * 60)',
  'days_in_month(demo_index * 1e6) + month(demo_index * 1e6) * 100 + year(demo_index * 1e6)',
  'scalar(sum(demo_depth)) + vector(1)',
];

const ORDERED: readonly string[] = [
  'sort(demo_depth)',
  'sort_desc(demo_limit - on (shard) demo_depth)',
];

/** The questions; `atMs` is a time within the recording, for `@`. */
export function createExpressions(atMs: number): readonly Expression[] {
  const at = (atMs / 1000).toFixed(3);
  const pinned = [
    `demo_depth @ ${at}`,
    `rate(demo_seconds_count[2m] @ ${at} offset 30s)`,
    'demo_index - demo_index @ start()',
    'max_over_time(demo_depth[2m:15s] @ end())',
  ];
  return [
    ...[...PLAIN, ...pinned].map((query) => ({ query })),
    ...ORDERED.map((query) => ({ query, isOrdered: true as const })),
  ];
}
