/** What can be asked about objectives, and about one service. */
import type { Client, ComparisonQuery } from '@nines/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { KEYS } from './queries.ts';

/** Budgets are counted anew about as often as rules are evaluated. */
const BUDGET_EVERY_MS = 15_000;
/** What is read over half an hour changes slowly. */
const COMPARED_EVERY_MS = 60_000;
/** Beside what they are about only the last ones matter. */
const ALERTS_SHOWN = 50;

/** Objectives, worst first; of one service or of all. */
export function slosQuery(client: Client, service?: string) {
  return queryOptions({
    queryKey: [KEYS.slos, service],
    queryFn: () => client('listSlos', { query: service === undefined ? {} : { service } }),
    refetchInterval: BUDGET_EVERY_MS,
  });
}

export function sloQuery(client: Client, name: string) {
  return queryOptions({
    queryKey: [KEYS.slo, name],
    queryFn: () => client('getSlo', { params: { name } }),
    refetchInterval: BUDGET_EVERY_MS,
  });
}

/** Services as they are declared and seen. */
export function servicesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.services],
    queryFn: () => client('listServices', {}),
    refetchInterval: BUDGET_EVERY_MS,
  });
}

export function signalsQuery(client: Client, name: string) {
  return queryOptions({
    queryKey: [KEYS.signals, name],
    queryFn: () => client('getServiceSignals', { params: { name } }),
    refetchInterval: BUDGET_EVERY_MS,
  });
}

/** The last alerts of a service, open or over; null: of what belongs to none. */
export function serviceAlertsQuery(client: Client, service: string | null) {
  const of = service === null ? {} : { service };
  return queryOptions({
    queryKey: [KEYS.serviceAlerts, service],
    queryFn: () => client('listAlerts', { query: { ...of, limit: ALERTS_SHOWN } }),
  });
}

/** A service before and after a moment, or group against group; without a choice what there is. */
export function comparisonQuery(client: Client, name: string, query: ComparisonQuery) {
  return queryOptions({
    queryKey: [KEYS.signals, name, 'comparison', query],
    queryFn: () => client('compareService', { params: { name }, query }),
    refetchInterval: COMPARED_EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

/** Whom a service asks. */
export function dependenciesQuery(client: Client, name: string) {
  return queryOptions({
    queryKey: [KEYS.signals, name, 'dependencies'],
    queryFn: () => client('listServiceDependencies', { params: { name } }),
    refetchInterval: BUDGET_EVERY_MS,
  });
}
