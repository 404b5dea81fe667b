import type { SloDetail } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { serviceAlertsQuery, sloQuery, slosQuery } from '../api/objective-queries.ts';
import { useServices } from '../services.ts';
import { selectAlerts } from './burn-down.ts';

export function useObjectives() {
  const { client } = useServices();
  return useQuery(slosQuery(client));
}

export function useObjective(name: string) {
  const { client } = useServices();
  return useQuery(sloQuery(client, name));
}

/** The alerts of an objective, open or over; undefined until they are known. */
export function useObjectiveAlerts(detail: SloDetail) {
  const { client } = useServices();
  const { data } = useQuery(serviceAlertsQuery(client, detail.slo.service));
  return useMemo(
    () => (data === undefined ? undefined : selectAlerts(data.alerts, detail)),
    [data, detail],
  );
}
