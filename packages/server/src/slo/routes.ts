/** The contract's routes about objectives. */
import type { RouteHandlers } from '@nines/contract';
import type { RequestContext } from '../platform/index.ts';
import type { SloViews } from './views.ts';

/** Builds the handlers. */
export function createSloRoutes(
  views: SloViews,
): RouteHandlers<'listSlos' | 'getSlo', RequestContext> {
  return {
    listSlos: ({ query }) => views.listSlos(query),
    getSlo: ({ params }) => views.getSlo(params.name),
  };
}
