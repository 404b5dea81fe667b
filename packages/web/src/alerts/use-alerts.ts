import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { alertsQuery, boardQuery } from '../api/queries.ts';
import { compareNames } from '../format/natural-order.ts';
import { useServices } from '../services.ts';
import { type ListFilter, toQuery } from './alert-filter.ts';

/** The list of alerts, as far as it has been asked for. */
export function useAlerts(filter: ListFilter) {
  const { client } = useServices();
  return useInfiniteQuery({
    ...alertsQuery(client, toQuery(filter)),
    placeholderData: keepPreviousData,
  });
}

/** The names to filter by: all services, and the one that is chosen already. */
export function useServiceNames(chosen: string | undefined): readonly string[] {
  const { client } = useServices();
  const { data } = useQuery(boardQuery(client, false));
  const names = data?.services.map(({ name }) => name) ?? [];
  const all = chosen === undefined ? names : [...names, chosen];
  return [...new Set(all)].toSorted(compareNames);
}
