/** Whose signals are asked for. */
import type { Catalog, Service } from '../catalog/index.ts';
import { type Clock, notFound } from '../platform/index.ts';
import { createMatcher, METRIC_NAME } from '../series/index.ts';
import { SEEN_MS_DOWN } from './limits.ts';
import type { ScrapedTarget } from './plan-book.ts';
import type { SeriesIndex } from './seen.ts';

/**
 * A service is declared, or is a job that is scraped, or of which there are samples of the last
 * day. Throws `SERVICE_NOT_FOUND`.
 */
export function getService(
  {
    catalog,
    targets,
    index,
    clock,
  }: {
    readonly catalog: Catalog;
    readonly targets: () => readonly ScrapedTarget[];
    readonly index: SeriesIndex;
    readonly clock: Clock;
  },
  name: string,
): Service {
  const declared = catalog.findService(name);
  if (declared !== undefined) return declared;
  const range = { fromMs: clock.now() - SEEN_MS_DOWN, toMs: clock.now() };
  const matchers = [createMatcher('job', '=', name)];
  const isSeen =
    targets().some(({ labels }) => labels.values[labels.names.indexOf('job')] === name) ||
    index.labelValues(METRIC_NAME, { matchers, ...range }).length > 0;
  const service = isSeen ? catalog.list([name]).find((one) => one.name === name) : undefined;
  if (service !== undefined) return service;
  throw notFound(
    'SERVICE_NOT_FOUND',
    `there is no service "${name}": none is declared by that name, and no such job was seen` +
      ' within the last day',
  );
}
