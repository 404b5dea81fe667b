/** The contract's routes about signals. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { Signals } from './service.ts';

/** Builds the handlers. */
export function createSignalRoutes(
  signals: Signals,
): RouteHandlers<
  'getServiceSignals' | 'compareService' | 'listServiceDependencies',
  RequestContext
> {
  return {
    getServiceSignals: async ({ params }) => signals.getSignals(params.name),
    compareService: async ({ params, query }) => signals.compare(params.name, query),
    listServiceDependencies: async ({ params }) => signals.listDependencies(params.name),
  };
}
