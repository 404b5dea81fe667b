import { useQuery } from '@tanstack/react-query';
import { comparisonQuery, dependenciesQuery } from '../api/objective-queries.ts';
import { useUrlState } from '../kit/use-url-state.ts';
import { useServices } from '../services.ts';
import { formatCompare, parseCompare, toComparisonQuery } from './compare-state.ts';

/** What is compared, by the URL; where nothing is said, the newest deploy of the last day. */
export function useComparison(name: string) {
  const { client } = useServices();
  const [state, setState] = useUrlState(parseCompare, formatCompare);
  const choices = useQuery(comparisonQuery(client, name, {}));
  const asked = toComparisonQuery(state, choices.data?.deploys[0]?.at);
  const isAsked = Object.keys(asked).length > 0;
  const compared = useQuery({ ...comparisonQuery(client, name, asked), enabled: isAsked });
  return { query: isAsked ? compared : choices, state, setState };
}

/** Whom a service asks; undefined while it is not known. */
export function useDependencies(name: string) {
  const { client } = useServices();
  return useQuery(dependenciesQuery(client, name)).data;
}
