/** The contract's route about signals. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { Signals } from './service.ts';

/** Builds the handler. */
export function createSignalRoutes(
  signals: Signals,
): RouteHandlers<'getServiceSignals', RequestContext> {
  return { getServiceSignals: async ({ params }) => signals.getSignals(params.name) };
}
