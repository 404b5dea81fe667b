/** The contract's routes about alerts. */
import type { RouteHandlers, SampleWeek } from '@nines/contract';
import { assert, type RequestContext } from '../platform/index.ts';
import type { SampleWeeks } from './sample-weeks.ts';
import type { AlertService } from './service.ts';
import type { RequestTestPage } from './test-pages.ts';
import type { AlertViews } from './views.ts';

type AlertRoutes = RouteHandlers<
  | 'listAlerts'
  | 'getAlert'
  | 'acknowledgeAlert'
  | 'resolveAlert'
  | 'setAlertTags'
  | 'createTestPage'
  | 'getSampleWeek'
  | 'createSampleWeek'
  | 'deleteSampleWeek',
  RequestContext
>;

/** Builds the handlers. */
export function createAlertRoutes(options: {
  readonly service: AlertService;
  readonly views: AlertViews;
  readonly requestTestPage: RequestTestPage;
  readonly sampleWeek: SampleWeeks;
}): AlertRoutes {
  const { service, views, requestTestPage, sampleWeek } = options;
  return {
    listAlerts: async ({ query }) => views.listAlerts(query),
    getAlert: async ({ params }) => views.getAlert(params.id),
    async acknowledgeAlert({ params }, context) {
      await service.acknowledge(params.id, nameOf(context));
      return views.getSummary(params.id);
    },
    async resolveAlert({ params, body }, context) {
      await service.resolve(params.id, nameOf(context), body.note);
      return views.getSummary(params.id);
    },
    async setAlertTags({ params, body }, context) {
      await service.setTags(params.id, nameOf(context), body.tags);
      return views.getSummary(params.id);
    },
    async createTestPage(_input, context) {
      const { alertId, requestedAtMs } = await requestTestPage(nameOf(context));
      return { alertId, requestedAt: requestedAtMs };
    },
    getSampleWeek: async () => viewSampleWeek(await sampleWeek.count()),
    createSampleWeek: async () => viewSampleWeek(await sampleWeek.create()),
    async deleteSampleWeek() {
      await sampleWeek.remove();
      return viewSampleWeek(0);
    },
  };
}

function viewSampleWeek(alertCount: number): SampleWeek {
  return { isPresent: alertCount > 0, alertCount };
}

/** History names people as they are shown. */
function nameOf({ actor }: RequestContext): string {
  assert(actor !== undefined, 'a route that is not public was called without an actor');
  return actor.displayName;
}
