/** Routes whose modules are being built: they say so. */
import type { RouteHandlers } from '@nines/contract';
import { type RequestContext, unavailable } from '../platform/index.ts';

type Pending = 'listChannels' | 'testChannel' | 'getNextSteps';

const refuse = (): never => {
  throw unavailable('NOT_READY', 'this part is not there yet');
};

export const pendingRoutes: RouteHandlers<Pending, RequestContext> = {
  listChannels: refuse,
  testChannel: refuse,
  getNextSteps: refuse,
};
