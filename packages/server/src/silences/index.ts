/**
 * Silences of the whole Nines: who makes them, what they would keep quiet, and what they do.
 *
 * What a silence is and how one becomes another is Alertmanager's, and its engine's: `planSilence`.
 * `alerts` asks which silence is in force for an alert (`in-force.ts`) and holds its paging back.
 * Here is what lies between: on disk before it counts, with who did what (`service.ts`), and the
 * preview before it is made (`preview.ts`).
 */
export { createSilenceRoutes, type SilenceRoutes } from './routes.ts';
export { openSilences, type Silences } from './service.ts';
export { createSilenceViews, type SilenceViews } from './views.ts';
