/**
 * Golden signals (SRE book, chapter 6): latency, traffic, errors and saturation of each service,
 * found without a query by the usual names of metrics.
 *
 * `conventions/` is the table of who names what how; `plan.ts` chooses from it by a look at the
 * index and writes the PromQL; `service.ts` evaluates it for a service's page and `golden.ts` for
 * the board. Nothing is stored: the plan follows the metrics.
 */
export { type Grid } from './evaluate.ts';
export { createSignalRoutes } from './routes.ts';
export { createSignals, type Signals } from './service.ts';
