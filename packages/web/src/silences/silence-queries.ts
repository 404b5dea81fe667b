/** What can be asked of the server about silences. */
import type { Client, SilenceMatcher } from '@nines/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';

/** All silences: those in force, those to come, and what is kept of those that are over. */
export function silencesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.silences],
    queryFn: () => client('listSilences', { query: { state: 'all' } }),
    // They begin and end by themselves.
    refetchInterval: 30_000,
  });
}

export function silencePreviewQuery(
  client: Client,
  wish: {
    readonly matchers: readonly SilenceMatcher[];
    readonly lastsMs: number;
    readonly now: () => number;
  },
) {
  const { matchers, lastsMs, now } = wish;
  return queryOptions({
    queryKey: [KEYS.silencePreview, matchers, lastsMs],
    queryFn: ({ signal }) => {
      const body = { matchers: [...matchers], endsAt: now() + lastsMs };
      return client('previewSilence', { body }, signal);
    },
    enabled: matchers.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
