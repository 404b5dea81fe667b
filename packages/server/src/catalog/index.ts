/**
 * The catalog: which services there are, who owns them, and which labels belong to which.
 *
 * People declare services in the configuration file; a job that nobody declared is a service too,
 * named after itself and without an owner, so that a first look at the product is never empty.
 * Labels belong to the first declared service whose selectors match. `sightings.ts` holds what is
 * declared against what is seen.
 */
export { type Catalog, createCatalog } from './catalog.ts';
export type { Service } from './model.ts';
export { createServiceListRoutes } from './routes.ts';
export { readServices } from './read-services.ts';
export { parseSelector } from './selector.ts';
