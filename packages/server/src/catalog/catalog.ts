/** The services in force, and to which of them labels belong. */
import { createMatcher, isMatch, type Labels, labelsKey, labelValue } from '../series/index.ts';
import { CACHED_LOOKUPS_MAX } from './limits.ts';
import type { Service } from './model.ts';

export interface Catalog {
  /** Replaces the declared services. */
  apply(services: readonly Service[]): void;
  /**
   * The service that labels belong to: the first declared one that matches, else one named by the
   * `job` label; without a job, as alerts on objectives are, the one that the label `service`
   * names. Undefined without either, and where the job's name is declared with selectors that do
   * not match: what its owner did not claim is not put under the owner's name.
   */
  serviceOf(labels: Labels): Service | undefined;
  /** The declared service of a name. */
  findService(name: string): Service | undefined;
  /** Declared services in order, then the jobs that none of them claims, by name. */
  list(knownJobs: Iterable<string>): readonly Service[];
}

/** Builds a catalog without services. */
export function createCatalog(): Catalog {
  let declared: readonly Service[] = [];
  let byName = new Map<string, Service>();
  let implicit = new Map<string, Service>();
  let cache = new Map<string, Service | undefined>();

  const findDeclared = (labels: Labels): Service | undefined =>
    declared.find((service) => service.selectors.some((selector) => isMatch(selector, labels)));

  const implicitOf = (job: string): Service | undefined => {
    if (job === '' || byName.has(job)) return undefined;
    const service = implicit.get(job) ?? createImplicit(job);
    if (implicit.size >= CACHED_LOOKUPS_MAX) implicit = new Map();
    implicit.set(job, service);
    return service;
  };

  const findNamed = (labels: Labels): Service | undefined => {
    const job = labelValue(labels, 'job');
    if (job !== '') return implicitOf(job);
    const name = labelValue(labels, 'service');
    return byName.get(name) ?? implicitOf(name);
  };

  return {
    apply(services) {
      declared = [...services];
      byName = new Map(declared.map((service) => [service.name, service]));
      implicit = new Map();
      cache = new Map();
    },
    serviceOf(labels) {
      const key = labelsKey(labels);
      const known = cache.get(key);
      if (known !== undefined || cache.has(key)) return known;
      const service = findDeclared(labels) ?? findNamed(labels);
      if (cache.size >= CACHED_LOOKUPS_MAX) cache = new Map();
      cache.set(key, service);
      return service;
    },
    findService: (name) => byName.get(name),
    list(knownJobs) {
      const discovered: Service[] = [];
      for (const job of [...new Set(knownJobs)].sort()) {
        if (findDeclared({ names: ['job'], values: [job] }) !== undefined) continue;
        const service = implicitOf(job);
        if (service !== undefined) discovered.push(service);
      }
      return [...declared, ...discovered];
    },
  };
}

function createImplicit(job: string): Service {
  return {
    name: job,
    owner: '',
    description: undefined,
    selectors: [[createMatcher('job', '=', job)]],
    playbook: undefined,
    escalationPolicy: undefined,
    isDeclared: false,
  };
}
