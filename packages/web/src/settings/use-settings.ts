import { useQuery } from '@tanstack/react-query';
import { settingsQuery, statusQuery, unusedMetricsQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

export function useSettings() {
  const { client } = useServices();
  return useQuery(settingsQuery(client));
}

export function useUnusedMetrics() {
  const { client } = useServices();
  return useQuery(unusedMetricsQuery(client));
}

export function useStatus() {
  const { client } = useServices();
  return useQuery(statusQuery(client));
}
