/**
 * Where names of metrics go: expressions over two metrics that are the same without their names.
 * Prometheus with `promql-delayed-name-removal` and Nines refuse the same ones; without that flag
 * Prometheus refuses all in which a name is removed anywhere.
 */
const TWO = '{__name__=~"latency_sum|latency_count", job="a"}';
const RATE = `rate(${TWO}[5m])`;

/** Each must be answered, or refused, alike. */
export const NAME_QUESTIONS: readonly string[] = [
  // The name is due to go, and nothing takes it before the answer is made: refused.
  `count_over_time(${TWO}[5m])`,
  RATE,
  `-${TWO}`,
  `abs(${TWO})`,
  `${TWO} * 2`,
  `timestamp(${TWO})`,
  `sort(${RATE})`,
  `clamp(${TWO}, 0, 1)`,
  `${RATE} or rate(load[5m])`,
  `sum by (__name__) (${RATE})`,
  // Something takes it before that: answered.
  `sum(count_over_time(${TWO}[5m]))`,
  `sum(${RATE})`,
  `sum(-${TWO})`,
  `sum(abs(${TWO}))`,
  `sum(${TWO} * 2)`,
  `sum(${TWO} > bool 1)`,
  `count(timestamp(${TWO}))`,
  `sum(max_over_time(${RATE}[10m:1m]))`,
  `topk(1, ${RATE})`,
  `label_replace(${RATE}, "m", "$1", "__name__", "(.*)")`,
  `count_values("x", ${RATE})`,
  // The name stays.
  `${TWO} > 1`,
  `last_over_time(${TWO}[5m])`,
  // Arithmetic between two vectors removes it at once.
  `${RATE} / ${RATE}`,
];
