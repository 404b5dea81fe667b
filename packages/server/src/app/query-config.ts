/** Reads `query`: what queries may take, under the names of Prometheus' flags. */
import { type YamlValue, readCount, formatDuration } from '../platform/index.ts';
import { DEFAULT_QUERY_LIMITS } from '../promql/index.ts';
import { readReplicaLabels, readSources, type SourceConfig } from './source-config.ts';
import { QUERY_CONCURRENCY_MAX, QUERY_SLOW_MS, QUERY_TIMEOUT_MS_MAX } from './limits.ts';

export interface QueryConfig {
  readonly timeoutMs: number;
  /** Samples in memory at once. */
  readonly samplesMax: number;
  /** Queries in threads at once; undefined: as the machine has processors, at most two. */
  readonly concurrency: number | undefined;
  /** From here on a query is logged. */
  readonly slowMs: number;
  /** Other servers whose series take part. */
  readonly sources: readonly SourceConfig[];
  readonly replicaLabels: readonly string[];
}

const QUERY_KEYS = [
  'timeout',
  'max_samples',
  'max_concurrency',
  'slow_log',
  'sources',
  'replica_labels',
];

export function readQueryConfig(value: YamlValue | undefined): QueryConfig {
  const fields = value?.fields(QUERY_KEYS);
  const { timeoutMs, heldSamplesMax } = DEFAULT_QUERY_LIMITS;
  const timeout = fields?.find('timeout');
  const asked = timeout?.durationMs() || timeoutMs;
  if (asked > QUERY_TIMEOUT_MS_MAX) {
    timeout?.fault(`query.timeout must be at most ${formatDuration(QUERY_TIMEOUT_MS_MAX)}`);
  }
  const concurrency = readCount(fields?.find('max_concurrency'), 0);
  if (concurrency > QUERY_CONCURRENCY_MAX) {
    const most = `at most ${QUERY_CONCURRENCY_MAX}: each query has a thread of its own`;
    fields?.find('max_concurrency')?.fault(`query.max_concurrency must be ${most}`);
  }
  return {
    timeoutMs: asked,
    samplesMax: readCount(fields?.find('max_samples'), 0) || heldSamplesMax,
    concurrency: concurrency || undefined,
    slowMs: fields?.find('slow_log')?.durationMs() ?? QUERY_SLOW_MS,
    sources: readSources(fields?.find('sources')),
    replicaLabels: readReplicaLabels(fields?.find('replica_labels')),
  };
}
