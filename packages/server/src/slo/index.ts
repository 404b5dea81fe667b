/**
 * Service level objectives: how much may go wrong, how much did, and who must hear of it.
 *
 * People declare objectives in OpenSLO files (`readSlos`). The worker counts good and all events
 * exactly from the raw samples of their counters (`counts.ts`), keeps the totals as series in the
 * store (`ledger.ts`), and each objective becomes ordinary alerting rules on how fast its budget
 * burns (`burn-rate.ts`, `alert-rules.ts`). What was not measured is neither good nor bad.
 */
export type { Slo } from './model.ts';
export { SLO_FILES_MAX } from './limits.ts';
export { isSloFile, readSlos, type SloFile } from './read-slos.ts';
export { createSloRoutes } from './routes.ts';
export type { SeriesStore } from './series-store.ts';
export { createSlos, type Slos } from './slos.ts';
export type { SloViews } from './views.ts';
