/**
 * Declared and seen side by side. What is scraped and declared by nobody pages nobody; what is
 * declared and not seen is a service that has gone, moved, or never was as its owner thinks.
 *
 * A service is seen when a target belongs to it, or else when a series within the range does: what
 * comes by remote write or OTLP has no target.
 */
import type { ServiceEntry, ServiceStanding } from '@nines/contract';
import type { Queryable } from '../promql/index.ts';
import {
  createMatcher,
  formatMatcher,
  type Labels,
  labelValue,
  type Matcher,
  METRIC_NAME,
} from '../series/index.ts';
import type { Catalog } from './catalog.ts';
import { JOBS_SHOWN_MAX, LOOKUPS_PER_TURN, PUSHED_JOBS_MAX } from './limits.ts';
import type { Service } from './model.ts';

/** A target, as far as it says that its service is there. */
export interface SightedTarget {
  readonly labels: Labels;
  readonly health: 'up' | 'down' | 'unknown';
}

export interface SightingSources {
  readonly catalog: Catalog;
  readonly index: Pick<Queryable, 'labelValues'>;
  readonly targets: readonly SightedTarget[];
  /** What Nines scrapes by itself. */
  readonly ownJobs: ReadonlySet<string>;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** Resolves in a later turn of the event loop. */
  readonly pause: () => Promise<void>;
}

interface Sighting {
  readonly service: Service;
  readonly jobs: Set<string>;
  readonly targets: SightedTarget[];
  isPushed: boolean;
}

/** One entry for each service that is declared or seen, the differences first. */
export async function listSightings(sources: SightingSources): Promise<readonly ServiceEntry[]> {
  const { catalog, targets } = sources;
  const sightings = new Map<string, Sighting>();
  const sight = (service: Service): Sighting => {
    const known = sightings.get(service.name);
    const sighting = known ?? { service, jobs: new Set<string>(), targets: [], isPushed: false };
    sightings.set(service.name, sighting);
    return sighting;
  };
  for (const service of catalog.list([])) sight(service);
  for (const target of targets) {
    const service = catalog.serviceOf(target.labels);
    if (service === undefined) continue;
    const sighting = sight(service);
    sighting.targets.push(target);
    sighting.jobs.add(labelValue(target.labels, 'job'));
  }
  const lookups = createLookups(sources);
  for (const sighting of sightings.values()) {
    if (sighting.targets.length === 0 || claimsByLabels(sighting.service)) {
      await lookups.findSeries(sighting);
    }
  }
  for (const service of await lookups.listUnclaimed(sightings)) {
    const sighting = sight(service);
    sighting.jobs.add(service.name);
    sighting.isPushed = true;
  }
  return [...sightings.values()].map((one) => toEntry(one, sources.ownJobs)).sort(byStanding);
}

/** What is asked of the index, a few at a time: thousands in one turn would keep pages waiting. */
function createLookups({ catalog, index, targets, range, pause }: SightingSources) {
  let count = 0;
  const ask = async (label: string, matchers: readonly Matcher[]): Promise<readonly string[]> => {
    count++;
    if (count % LOOKUPS_PER_TURN === 0) await pause();
    return index.labelValues(label, { matchers, ...range });
  };
  return {
    /** Notes the jobs of a service's series; one without targets is seen by them alone. */
    async findSeries(sighting: Sighting): Promise<void> {
      for (const matchers of sighting.service.selectors) {
        if ((await ask(METRIC_NAME, matchers)).length === 0) continue;
        sighting.isPushed = sighting.targets.length === 0;
        for (const job of await ask('job', matchers)) sighting.jobs.add(job);
      }
    },
    /** The jobs of series that neither a target nor a declared service has, as services. */
    async listUnclaimed(sightings: ReadonlyMap<string, Sighting>): Promise<readonly Service[]> {
      const claimed = new Set(targets.map(({ labels }) => labelValue(labels, 'job')));
      for (const { jobs } of sightings.values()) for (const job of jobs) claimed.add(job);
      const all = await ask('job', [createMatcher('job', '!=', '')]);
      return all
        .filter((job) => !claimed.has(job))
        .slice(0, PUSHED_JOBS_MAX)
        .flatMap((job) => catalog.serviceOf({ names: ['job'], values: [job] }) ?? [])
        .filter(({ isDeclared }) => !isDeclared);
    },
  };
}

/** Whether a job alone does not tell that a series is the service's. */
function claimsByLabels({ isDeclared, selectors }: Service): boolean {
  return isDeclared && selectors.some((matchers) => matchers.some(({ name }) => name !== 'job'));
}

function toEntry(sighting: Sighting, ownJobs: ReadonlySet<string>): ServiceEntry {
  const { service, jobs, targets, isPushed } = sighting;
  return {
    name: service.name,
    standing: standingOf(sighting, ownJobs),
    owner: service.owner === '' ? null : service.owner,
    description: service.description ?? null,
    match: service.isDeclared
      ? service.selectors.map((matchers) => `{${matchers.map(formatMatcher).join(', ')}}`)
      : [],
    jobs: [...jobs].sort().slice(0, JOBS_SHOWN_MAX),
    targetsUp: targets.filter(({ health }) => health === 'up').length,
    targetsTotal: targets.length,
    isPushed,
  };
}

function standingOf(sighting: Sighting, ownJobs: ReadonlySet<string>): ServiceStanding {
  const { service, targets, isPushed } = sighting;
  if (!service.isDeclared) return ownJobs.has(service.name) ? 'self' : 'unowned';
  return targets.length > 0 || isPushed ? 'owned' : 'unseen';
}

const ORDER: readonly ServiceStanding[] = ['unowned', 'unseen', 'owned', 'self'];

function byStanding(a: ServiceEntry, b: ServiceEntry): number {
  const difference = ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing);
  return difference || (a.name < b.name ? -1 : 1);
}
