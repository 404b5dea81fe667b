import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { MatrixSeries } from '../api/prometheus.ts';
import { KEYS } from '../api/queries.ts';
import type { Services } from '../services.ts';
import { gridOf, isMoving, type Span } from './span.ts';
import type { TimeGrid } from './time-grid.ts';

/** The answer with the grid that was asked for. */
export interface RangeResult {
  readonly grid: TimeGrid;
  readonly series: readonly MatrixSeries[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly tookMs: number;
}

/** A graph is as wide as this or narrower; its points are chosen for it. */
const WIDTH_PX = 1000;
/** How often a graph that ends now is asked for again: about a scrape. */
const REFRESH_MS = 15_000;

export type Asks = Pick<Services, 'prometheus' | 'clock'>;

export function rangeQuery({ prometheus, clock }: Asks, expression: string, span: Span) {
  return queryOptions({
    queryKey: [KEYS.graph, 'range', expression, span],
    queryFn: async ({ signal }): Promise<RangeResult> => {
      const startedAt = clock.now();
      const grid = gridOf(span, startedAt, WIDTH_PX);
      const { data, warnings, infos } = await prometheus.queryRange(
        { expression, ...grid },
        signal,
      );
      return { grid, series: data, warnings, infos, tookMs: clock.now() - startedAt };
    },
    enabled: expression !== '',
    refetchInterval: isMoving(span) ? REFRESH_MS : false,
    placeholderData: keepPreviousData,
  });
}

export function instantQuery({ prometheus, clock }: Asks, expression: string, span: Span) {
  return queryOptions({
    queryKey: [KEYS.graph, 'instant', expression, span],
    queryFn: async ({ signal }) => {
      const startedAt = clock.now();
      const atMs = span.kind === 'between' ? span.toMs : startedAt;
      const answer = await prometheus.queryInstant({ expression, atMs }, signal);
      return { ...answer, atMs, tookMs: clock.now() - startedAt };
    },
    enabled: expression !== '',
    refetchInterval: isMoving(span) ? REFRESH_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** How the answer of a graph or a table came about. */
export function traceQuery(
  { prometheus, clock }: Asks,
  asked: {
    readonly expression: string;
    readonly span: Span;
    readonly view: 'graph' | 'table';
  },
) {
  const { expression, span, view } = asked;
  return queryOptions({
    queryKey: [KEYS.graph, 'trace', view, expression, span],
    queryFn: async ({ signal }) => {
      const nowMs = clock.now();
      const atMs = span.kind === 'between' ? span.toMs : nowMs;
      const times = view === 'table' ? { atMs } : gridOf(span, nowMs, WIDTH_PX);
      return prometheus.trace({ expression, ...times }, signal);
    },
  });
}
