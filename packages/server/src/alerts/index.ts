/**
 * Alerts and the pages that they send.
 *
 * Words: an *alert* is one firing instance of a rule; a *page* is one message of it to one channel;
 * its *output* (page, ticket, log) says what it does to people.
 *
 * A page is a promise. What rules say is on disk, together with the pages that follow from it,
 * before it is accepted; what was not sent has a reason in the alert's history; a page that was under
 * way when the process was killed is sent again. `escalation.ts`, `paging.ts` and `lifecycle.ts`
 * decide, as functions of (file, event, now); `book.ts` keeps, `worker.ts` delivers.
 */
export { type Alerts, openAlerts } from './alerts.ts';
export type { AlertEvents } from './events.ts';
export type { FiredAlert, RuleFiring, Silencing } from './model.ts';
export { type EscalationPolicy, readEscalationPolicies } from './policy.ts';
export { createAlertRoutes } from './routes.ts';
export { outputOf } from './output.ts';
export type { AlertTrail, TrailViews } from './trail-views.ts';
export type { AlertReceiver } from './receiver.ts';
export type { FindSilencing } from './silencing.ts';
