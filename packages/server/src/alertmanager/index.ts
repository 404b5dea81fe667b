/**
 * Alertmanager's part: what its configuration says, and which receivers an alert goes to.
 *
 * `config` is the model of an alertmanager.yml with all that is decided by it alone: which routes
 * an alert takes, whether an instant lies within an interval. Pure functions, all of it.
 */
export type { Integration, IntegrationKind } from './config/integrations.ts';
export {
  createAlertMatcher,
  formatAlertMatcher,
  formatAlertMatchers,
  parseMatcher,
  parseMatchers,
  sortMatchers,
} from './config/matchers.ts';
export type { AlertmanagerConfig, InhibitRule, Receiver, Route } from './config/model.ts';
export { type ReadAlertmanager, readAlertmanagerConfig } from './config/read-config.ts';
export { matchRoutes, type RouteTrace, traceRoutes, walkRoutes } from './config/routing.ts';
export {
  findIntervalsAt,
  isWithinInterval,
  type TimeInterval,
} from './config/time-interval.ts';
