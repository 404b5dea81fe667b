/** What is asked about reasons. */
import type { Client, WhyQuery } from '@nines/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';

/** Values move with every evaluation; the answer costs a dozen small queries. */
const EVERY_MS = 15_000;

/** Explains an alert or a rule; what nobody waits for any more is ended. */
export function whyQuery(client: Client, query: WhyQuery, isMoving: boolean) {
  return queryOptions({
    queryKey: [KEYS.why, query],
    queryFn: ({ signal }) => client('explain', { query }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isMoving ? EVERY_MS : false,
    retry: false,
  });
}

export function rulesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.rules],
    queryFn: () => client('listRules', {}),
    refetchInterval: EVERY_MS,
  });
}
