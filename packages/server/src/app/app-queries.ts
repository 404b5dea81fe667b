/** What runs queries: those of the server itself, and those of people. */
import { availableParallelism } from 'node:os';
import { VERSION } from '../cli/index.ts';
import { createQueryEngine } from '../promql/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import type { Config } from './config.ts';
import { loadAggregates } from './downsample-config.ts';
import { INLINE_SERIES_MAX, OWN_QUERY_LIMITS } from './limits.ts';
import { QueryRecord } from './queried-metrics.ts';
import { createQueryRunner } from './query-runner.ts';
import { createQuerySources, sourcesOf } from './query-sources.ts';
import type { SpareThread } from './spare-thread.ts';
import type { AppOptions, Parts } from './start-app.ts';
import { QUERY_WORKER } from './worker-entries.ts';

/** What runs queries, of rules and of people, with the other servers that they ask. */
export async function createAppQueries(input: {
  readonly options: AppOptions;
  readonly tsdb: Tsdb;
  readonly inForce: () => Config;
  /** A thread that was started before the series were there. */
  readonly spare: SpareThread | undefined;
}): Promise<Pick<Parts, 'engine' | 'queries' | 'queryRecord' | 'sources'>> {
  const { options, tsdb, inForce, spare } = input;
  const { clock, log, config } = options;
  const openAggregates = await loadAggregates(config.storage.downsample);
  const limits = OWN_QUERY_LIMITS;
  const engine = createQueryEngine({ queryable: tsdb, clock, limits, openAggregates });
  const sources = createQuerySources({
    clock,
    version: VERSION,
    config: () => sourcesOf(inForce()),
  });
  const queryRecord = new QueryRecord(tsdb, clock);
  const queries = createQueryRunner({
    onQuestion: (expr) => queryRecord.note(expr),
    tsdb,
    openAggregates,
    sources,
    clock,
    log,
    entry: QUERY_WORKER,
    spare,
    config: () => inForce().query,
    processorCount: availableParallelism(),
  });
  if (tsdb.stats().seriesCount > INLINE_SERIES_MAX) queries.prepare();
  else await spare?.stop();
  return { engine, queries, queryRecord, sources };
}
