/** Handlers of the contract's routes about queries. */
import type { QueryList, RouteHandlers } from '@nines/contract';
import { type Clock, notFound, type RequestContext } from '../platform/index.ts';
import type { QueryRunner } from './query-runner.ts';

export function createQueryRoutes(options: {
  readonly queries: Pick<QueryRunner, 'running' | 'slow' | 'stop'>;
  readonly clock: Clock;
  readonly slowMs: () => number;
}): RouteHandlers<'listQueries' | 'stopQuery', RequestContext> {
  const { queries, clock, slowMs } = options;
  return {
    listQueries: (): QueryList => ({
      now: clock.now(),
      running: queries.running().map(({ id, text, asker, startedAt, state, samplesRead }) => ({
        id: String(id),
        expression: text,
        asker,
        startedAt,
        state,
        samplesRead,
      })),
      slow: queries.slow().map(({ text, error, ...slow }) => ({
        expression: text,
        ...slow,
        error: error ?? null,
      })),
      slowMs: slowMs(),
    }),
    stopQuery({ params }) {
      if (!queries.stop(Number(params.id))) {
        throw notFound('QUERY_NOT_FOUND', `no query ${params.id} runs; it may be over`);
      }
      return {};
    },
  };
}
