/** The contract's route about the catalogue. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import { SEEN_MS } from './limits.ts';
import { listSightings, type SightingSources } from './sightings.ts';

/** Builds the handler. */
export function createServiceListRoutes(
  sources: Omit<SightingSources, 'targets' | 'ownJobs' | 'range'> & {
    readonly listTargets: () => SightingSources['targets'];
    readonly listOwnJobs: () => SightingSources['ownJobs'];
    readonly now: () => number;
  },
): RouteHandlers<'listServices', RequestContext> {
  const { listTargets, listOwnJobs } = sources;
  return {
    async listServices() {
      const now = sources.now();
      const range = { fromMs: now - SEEN_MS, toMs: now };
      const own = { targets: listTargets(), ownJobs: listOwnJobs(), range };
      return { now, seenMs: SEEN_MS, services: [...(await listSightings({ ...sources, ...own }))] };
    },
  };
}
