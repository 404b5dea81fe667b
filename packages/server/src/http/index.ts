/**
 * The border to HTTP: router, authentication, errors to status codes, events, the page.
 *
 * Handlers come in as plain functions (the contract's route table, Prometheus' API); nothing
 * outside of this folder knows Fastify.
 */
import type { mountAlertmanagerApi } from './alertmanager-api.ts';

export { mountBackupRoute, type OpenBackup } from './backup-route.ts';
export type { AlertmanagerAnswers } from './alertmanager-api.ts';
export { mountAlertmanagerRoutes } from './alertmanager-routes.ts';
export type { SilenceAnswers } from './alertmanager-silences.ts';
export type { EventHub } from './event-hub.ts';
export { createEventHub } from './event-hub.ts';
export { mountEventRoute } from './event-route.ts';
export { mountHealthRoutes, reloadRefused } from './health-routes.ts';
export { createHostGuard, isLoopbackAddress } from './host-guard.ts';
export { EVENT_HEARTBEAT_MS } from './limits.ts';
export { mountOwnRoutes, type OwnHandlers } from './own-routes.ts';
export {
  createNotificationHub,
  type Notification,
  type NotificationHub,
} from './notification-hub.ts';
export { mountNotificationRoutes } from './notification-route.ts';
export {
  carriedTexts,
  type Listed,
  type ListNames,
  type ListQuestion,
  listSelectors,
  listStore,
} from './list-question.ts';
export { createHttpMetrics, type HttpMetrics } from './metrics.ts';
export { mountPageRoute } from './page-route.ts';
export {
  type Authenticate,
  type Credentials,
  createHttpServer,
  type HttpServer,
} from './server.ts';
export { mountProbeRoute } from './probe-route.ts';
export { mountFederateRoute } from './federate-route.ts';
export { formatInstant, formatValue } from './prometheus-json.ts';
export { ApiParams, badParameter } from './prometheus-params.ts';
export { mountRemoteRoutes, type RemoteApi } from './remote-routes.ts';
export type { QueryAsker } from './prometheus-answer.ts';
export { mountPrometheusRoutes, type PrometheusApi } from './prometheus-routes.ts';
export {
  answerQuestion,
  evaluateQuestion,
  type QueryQuestion,
  type QueryTimes,
  type QueryWatch,
} from './query-answer-thread.ts';
export {
  mountPrometheusStoreRoutes,
  type PrometheusStore,
} from './prometheus-store-routes.ts';
export type { PrometheusStatus } from './prometheus-status-routes.ts';
export { mountSearchRoutes } from './search-routes.ts';

/** What only `nines alertmanager` mounts: a server of Nines does not load it. */
export const loadAlertmanagerApi = async (): Promise<{
  readonly mountAlertmanagerApi: typeof mountAlertmanagerApi;
}> => import('./alertmanager-api.ts');
