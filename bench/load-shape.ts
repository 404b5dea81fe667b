/** How large the loads are; both sides of every comparison get the same. */

/** Half an hour in steps of 15 s. */
export const HISTORY_POINTS = 121;
export const HISTORY_STEP_MS = 15_000;
/** 40 machines of 500 series: 20,000 series, 2.4 million samples. */
export const HISTORY_TARGETS = 40;
/** Four points a second: the half an hour takes 30 s, and each side works at 80,000 samples/s. */
export const HISTORY_INTERVAL = '250ms';
/** 100 machines once a second: 50,000 samples a second on each side. */
export const LIVE_TARGETS = 100;
export const LIVE_INTERVAL = '1s';

/** 200 machines of 514 series once a second: 103,000 samples a second on each side. */
export const WIDE_TARGETS = 200;

/** 100 machines of 500 series: 18 million samples, a stop, and 5 million more. */
export const LONG_TARGETS = 100;
export const LONG_INTERVAL = '2s';
export const BEFORE_SAMPLES_MIN = 18e6;
export const AFTER_SAMPLES_MIN = 5e6;

/** All of it within an hour: what is older than that, Prometheus takes no more. */
const LONG_STEP_MS = 4_000;
/**
 * Pasts with times of their own: how many points at which distance, how many of another past come
 * after them, and how many are told at a time. Of `before` and `after` a part is used: a machine
 * that is too busy loses scrapes.
 */
export const HISTORIES = {
  history: { points: HISTORY_POINTS, stepMs: HISTORY_STEP_MS, pointsAfter: 0, pointsPerBody: 1 },
  before: { points: 600, stepMs: LONG_STEP_MS, pointsAfter: 200, pointsPerBody: 4 },
  after: { points: 200, stepMs: LONG_STEP_MS, pointsAfter: 0, pointsPerBody: 4 },
} as const;

const KINDS = {
  live: { targets: LIVE_TARGETS, interval: LIVE_INTERVAL },
  wide: { targets: WIDE_TARGETS, interval: LIVE_INTERVAL },
  history: { targets: HISTORY_TARGETS, interval: HISTORY_INTERVAL },
  before: { targets: LONG_TARGETS, interval: LONG_INTERVAL },
  after: { targets: LONG_TARGETS, interval: LONG_INTERVAL },
} as const;

/** The configuration, the same text for both sides; `side` keeps their requests apart. */
export function createConfig(options: {
  readonly port: number;
  readonly side: string;
  readonly kind: keyof typeof KINDS;
  /** How many machines; as many as the kind usually has where it is left out. */
  readonly targets?: number;
  /** How often they are asked; as often as the kind usually is where it is left out. */
  readonly interval?: string;
}): string {
  const { port, side, kind } = options;
  const count = options.targets ?? KINDS[kind].targets;
  const interval = options.interval ?? KINDS[kind].interval;
  const names = Array.from({ length: count }, (_, index) => `host-${index}:9100`);
  return `scrape_configs:
  - job_name: ne
    scrape_interval: ${interval}
    scrape_timeout: ${interval}
    metrics_path: /${kind}/${side}
    static_configs: [{targets: [${names.map((name) => `'${name}'`).join(', ')}]}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__address__], target_label: instance}
      - {target_label: __address__, replacement: '127.0.0.1:${port}'}
`;
}

/** The configuration of a server that has nothing to do. */
export const IDLE_CONFIG = 'scrape_configs: []\n';
