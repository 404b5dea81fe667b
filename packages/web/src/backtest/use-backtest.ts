import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { splitComparison } from '../alerts/split-comparison.ts';
import { KEYS } from '../api/queries.ts';
import { buildGraphData } from '../graph/graph-data.ts';
import { rangeQuery } from '../graph/range-query.ts';
import { chooseStep } from '../graph/time-grid.ts';
import { useUrlState } from '../kit/use-url-state.ts';
import { type Services, useServices } from '../services.ts';
import {
  type BacktestState,
  formatBacktest,
  parseBacktest,
  peaksOf,
  toRequest,
} from './backtest-state.ts';

/** As wide as graphs are asked for. */
const GRAPH_PX = 1000;
/** A slider that moves asks when it rests. */
const REST_MS = 350;

/** What the server says of a rule; a question that nobody waits for any more is ended. */
function backtestQuery(
  { client, clock }: Pick<Services, 'client' | 'clock'>,
  state: BacktestState,
) {
  return queryOptions({
    queryKey: [KEYS.backtest, state],
    queryFn: ({ signal }) => client('runBacktest', { body: toRequest(state, clock.now()) }, signal),
    enabled: state.expression !== '',
    placeholderData: keepPreviousData,
    // A new answer would differ by the seconds that have passed.
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** The rule as it is being edited, what came of it, and the values that it looks at. */
export function useBacktest() {
  const services = useServices();
  const [state, setState] = useUrlState(parseBacktest, formatBacktest);
  const [draft, setDraft] = useDraft(state, setState);
  const backtest = useQuery(backtestQuery(services, state));
  const split = useMemo(() => splitComparison(state.expression), [state.expression]);
  const span = useMemo(() => ({ kind: 'last', lengthMs: state.rangeMs }) as const, [state.rangeMs]);
  const peaks = peaksOf(state.expression, chooseStep(state.rangeMs, GRAPH_PX));
  const values = useQuery({
    ...rangeQuery(services, peaks, span),
    refetchInterval: false,
    refetchOnWindowFocus: false,
  });
  const { data } = values;
  const graph = useMemo(
    () => (data === undefined ? undefined : buildGraphData(data.series, data.grid)),
    [data],
  );
  return { state, draft, setDraft, backtest, values, graph, split, span };
}

/** What is edited goes into the URL when it rests; a URL from outside, such as Back, replaces it. */
function useDraft(
  state: BacktestState,
  setState: (state: BacktestState) => void,
): readonly [BacktestState, (draft: BacktestState) => void] {
  const [draft, setDraft] = useState(state);
  const [base, setBase] = useState(state);
  if (base !== state) {
    setBase(state);
    setDraft(state);
  }
  const isResting = formatBacktest(draft) === formatBacktest(state);
  useEffect(() => {
    if (isResting) return undefined;
    const timer = setTimeout(() => setState(draft), REST_MS);
    return () => clearTimeout(timer);
  });
  return [draft, setDraft];
}
