/**
 * Alertmanager's part: what its configuration says, and which receivers an alert goes to.
 *
 * `config` is the model of an alertmanager.yml with all that is decided by it alone: which routes
 * an alert takes, whether an instant lies within an interval. Pure functions, all of it. `dispatch.ts`
 * is the engine, pure as well: groups, inhibition, silences, the notification log. `service.ts` gives
 * it a clock, a disk and receivers.
 */
export type { EmailIntegration, Integration, IntegrationKind } from './config/integrations.ts';
export {
  createAlertMatcher,
  formatAlertMatcher,
  formatAlertMatchers,
  parseMatcher,
  parseMatchers,
} from './config/matchers.ts';
export type { AlertmanagerConfig, InhibitRule, Receiver, Route } from './config/model.ts';
export { type ReadAlertmanager, readAlertmanagerConfig } from './config/read-config.ts';
export { matchRoutes, type RouteTrace, traceRoutes } from './config/routing.ts';
export { MESSAGE_BYTES_MAX } from './cluster/limits.ts';
export { createClusterMetrics } from './cluster/metrics.ts';
export { openCluster, type PostMessage } from './cluster/service.ts';
export { planConfig } from './config-plan.ts';
export { SEND_TIMEOUT_MS } from './limits.ts';
export { type AlertmanagerMessages, loadAlertmanagerMessages } from './on-demand.ts';
export { type AlertmanagerMetrics, createAlertmanagerMetrics } from './metrics.ts';
export type { Notification, Silence, SilenceState } from './model.ts';
export { readPostedAlerts, readSilence } from './read-body.ts';
export {
  readAlertQuestion,
  readGroupQuestion,
  readReceiverMatchers,
  readSilenceQuestion,
} from './read-query.ts';
export {
  type Alertmanager,
  NO_PEERS,
  openAlertmanager,
  type Peers,
  type SendNotification,
} from './service.ts';
export {
  compareSilences,
  expireSilence,
  planSilence,
  silenceNotFound,
  type SilenceWish,
  stateOfSilence,
} from './silence.ts';
export { createSilenceStatements } from './silence-store.ts';
export type { ComposedMail } from './senders/email.ts';
export type { Answer, OutgoingRequest } from './senders/sender.ts';
export type { WechatTokens } from './senders/wechat.ts';
export type { SendOutcome } from './state.ts';
export { createAlertmanagerStore } from './store.ts';
export { createUuid } from './uuid.ts';
export {
  formatSilence,
  listAlerts,
  listGroups,
  listReceivers,
  listSilences,
} from './views.ts';
export type { TemplateFormat, TemplateSet } from './templates/template-set.ts';
