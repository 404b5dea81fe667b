import { useQueries } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { buildGraphData } from '../graph/graph-data.ts';
import { instantQuery, type RangeResult, rangeQuery } from '../graph/range-query.ts';
import { useUrlState } from '../kit/use-url-state.ts';
import { useServices } from '../services.ts';
import { type ExploreState, formatExplore, parseExplore } from './explore-state.ts';
import { addToHistory, readHistory, writeHistory } from './history.ts';

/** The state of Explore, how to change it, and what was run before. */
export function useExplore() {
  const { storage } = useServices();
  const [state, setState] = useUrlState(parseExplore, formatExplore);
  const [history, setHistory] = useState(() => readHistory(storage));
  const change = (next: Partial<ExploreState>) => setState({ ...state, ...next }, { isStep: true });
  const setExpression = (index: number, expression: string) => {
    const expressions = state.expressions.map((old, at) => (at === index ? expression : old));
    change({ expressions });
    const longer = addToHistory(history, expression);
    setHistory(longer);
    writeHistory(storage, longer);
  };
  return { state, history, change, setExpression };
}

/** The answers for a graph, one for each expression. */
export function useRangeResults({ expressions, span, view }: ExploreState) {
  const services = useServices();
  return useQueries({
    queries: expressions.map((expression) => ({
      ...rangeQuery(services, expression, span),
      enabled: expression !== '' && view === 'graph',
    })),
  });
}

/** The answers for a table, one for each expression. */
export function useInstantResults({ expressions, span, view }: ExploreState) {
  const services = useServices();
  return useQueries({
    queries: expressions.map((expression) => ({
      ...instantQuery(services, expression, span),
      enabled: expression !== '' && view === 'table',
    })),
  });
}

export function useGraphData(result: RangeResult | undefined) {
  return useMemo(
    () => (result === undefined ? undefined : buildGraphData(result.series, result.grid)),
    [result],
  );
}
