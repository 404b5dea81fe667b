/**
 * A body like a node_exporter's: 500 series, in the proportions of a usual machine. Counters rise
 * with every step, a third of the gauges moves, the rest stands still.
 */

interface SeriesShape {
  readonly text: string;
  readonly valueAt: (step: number) => number;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly series: readonly SeriesShape[];
}

/** What the last `le` is in a text exposition. */
const INFINITE = '+Inf';
const BUCKET_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MODES = ['idle', 'iowait', 'irq', 'nice', 'softirq', 'steal', 'system', 'user'];

/** How many series every body has. */
export const SERIES_PER_BODY = 500;

const FAMILIES: readonly Family[] = [
  counters(
    'node_cpu_seconds_total',
    product(labels('cpu', numbered('', 8)), labels('mode', MODES)),
  ),
  ...numbered('node_network_metric_', 12).map((name) =>
    counters(`${name}_total`, labels('device', numbered('eth', 10))),
  ),
  ...numbered('node_disk_metric_', 12).map((name) =>
    counters(`${name}_total`, labels('device', numbered('nvme', 8))),
  ),
  ...numbered('node_filesystem_metric_', 6).map((name) =>
    gauges(`${name}_bytes`, labels('mountpoint', numbered('/srv/volume-', 12))),
  ),
  ...numbered('node_memory_metric_', 50).map((name) => gauges(`${name}_bytes`, [''])),
  ...numbered('process_metric_', 42).map((name) => gauges(name, [''])),
  histogram('http_request_duration_seconds', numbered('/handler-', 4)),
];

/** How many series the machines of `ingest` have. */
export const WIDE_SERIES_PER_BODY = 514;
const WIDE_FAMILIES: readonly Family[] = [
  ...FAMILIES,
  ...numbered('go_metric_', WIDE_SERIES_PER_BODY - SERIES_PER_BODY).map((name) =>
    gauges(name, ['']),
  ),
];

/** The names of the metrics of a body. */
export const METRIC_NAMES: readonly string[] = FAMILIES.flatMap(({ name, type }) =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
);

/** The body at a step; with a time, every sample states it. */
export function renderBody(step: number, timestampMs?: number): string {
  return renderFamilies(FAMILIES, step, timestampMs);
}

/** The same with a few series more. */
export function renderWideBody(step: number): string {
  return renderFamilies(WIDE_FAMILIES, step);
}

function renderFamilies(families: readonly Family[], step: number, timestampMs?: number): string {
  const suffix = timestampMs === undefined ? '\n' : ` ${timestampMs}\n`;
  let body = '';
  for (const { name, type, series } of families) {
    body += `# HELP ${name} A metric of a synthetic machine.\n# TYPE ${name} ${type}\n`;
    for (const { text, valueAt } of series) body += `${text} ${valueAt(step)}${suffix}`;
  }
  return body;
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => prefix + index);
}

function labels(name: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `{${name}="${value}"}`);
}

/** Every label set of the first with every one of the second. */
function product(first: readonly string[], second: readonly string[]): readonly string[] {
  return first.flatMap((one) => second.map((other) => `${one.slice(0, -1)},${other.slice(1)}`));
}

/** A number of its own for each series, the same in every run. */
function seedOf(text: string): number {
  let hash = 7;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  }
  return hash;
}

function counters(name: string, labelSets: readonly string[]): Family {
  const series = labelSets.map((label) => {
    const text = name + label;
    const seed = seedOf(text) % 1000;
    const jitter = (step: number): number => (Math.imul(step + seed, 2_654_435_761) >>> 24) / 256;
    return { text, valueAt: (step: number) => seed * 1000 + step * (seed + 1) + jitter(step) };
  });
  return { name, type: 'counter', series };
}

function gauges(name: string, labelSets: readonly string[]): Family {
  const series = labelSets.map((label) => {
    const text = name + label;
    const seed = seedOf(text);
    const isMoving = seed % 3 === 0;
    const swing = (step: number): number => Math.imul(step + seed, 2_654_435_761) >>> 16;
    return {
      text,
      valueAt: (step: number) => (seed % 65_536) * 4096 + (isMoving ? swing(step) * 512 : 0),
    };
  });
  return { name, type: 'gauge', series };
}

function histogram(name: string, handlers: readonly string[]): Family {
  const series = handlers.flatMap((handler, index) => {
    const perStep = 20 * (index + 1);
    const count = (step: number): number => step * perStep;
    const buckets = [...BUCKET_BOUNDS, Number.POSITIVE_INFINITY].map((bound) => {
      const le = Number.isFinite(bound) ? String(bound) : INFINITE;
      // Most requests are quick: the share under a bound rises towards one.
      const share = Number.isFinite(bound) ? bound / (bound + 0.05) : 1;
      return {
        text: `${name}_bucket{handler="${handler}",le="${le}"}`,
        valueAt: (step: number) => Math.floor(count(step) * share),
      };
    });
    return [
      ...buckets,
      { text: `${name}_sum{handler="${handler}"}`, valueAt: (step: number) => count(step) * 0.05 },
      { text: `${name}_count{handler="${handler}"}`, valueAt: count },
    ];
  });
  return { name, type: 'histogram', series };
}
