import type { AlertList } from '@nines/contract';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';
import { listKnownTags } from './tag.ts';

/** More would be a list to read and not a hint. */
const KNOWN_MAX = 100;

/** The tags of the alerts that were loaded so far; asks for nothing. */
export function useKnownTags(): readonly string[] {
  const queryClient = useQueryClient();
  const lists = queryClient.getQueriesData<InfiniteData<AlertList>>({ queryKey: [KEYS.alerts] });
  const alerts = lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.alerts) ?? []);
  return listKnownTags(alerts).slice(0, KNOWN_MAX);
}
