import { QueryCache, QueryClient } from '@tanstack/react-query';
import { findStatus } from './failure.ts';

/** What is on screen is asked for again by events; this is for what no event tells. */
const FRESH_MS = 15_000;
const RETRY_COUNT_MAX = 2;

/** Builds the cache of answers. `onSignedOut` is called when the server no longer knows us. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (findStatus(error) === 401) onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // The server is often on this machine or in this building: being offline says nothing.
        networkMode: 'always',
        staleTime: FRESH_MS,
        retry: (failureCount, error) => failureCount < RETRY_COUNT_MAX && isWorthRetrying(error),
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4000),
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** A refusal stays a refusal; a lost connection or a restarting server comes back. */
export function isWorthRetrying(error: unknown): boolean {
  const status = findStatus(error);
  return status === undefined || status >= 502;
}
