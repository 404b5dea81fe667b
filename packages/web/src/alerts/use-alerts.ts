import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { alertsQuery, boardQuery } from '../api/queries.ts';
import { compareNames } from '../format/natural-order.ts';
import { useServices } from '../services.ts';
import { type ListFilter, toQuery } from './alert-filter.ts';
import { useListRefresh } from './use-list-refresh.ts';

/** The list of alerts, as far as it has been asked for. */
export function useAlerts(filter: ListFilter) {
  const { client } = useServices();
  const query = useMemo(() => toQuery(filter), [filter]);
  useListRefresh(query);
  return useInfiniteQuery({ ...alertsQuery(client, query), placeholderData: keepPreviousData });
}

/** The names to filter by: all services, and the one that is chosen already. */
export function useServiceNames(chosen: string | undefined): readonly string[] {
  const { client } = useServices();
  const { data } = useQuery(boardQuery(client, false));
  const names = data?.services.map(({ name }) => name) ?? [];
  const all = chosen === undefined ? names : [...names, chosen];
  return [...new Set(all)].toSorted(compareNames);
}
