/** Runs the discoveries of all jobs; jobs that ask for the same share one. */
import type { HttpClientConfig, Clock, Log, Random, Timer } from '../../platform/index.ts';
import type { TargetGroup } from '../config.ts';
import { createHttpClient } from '../http-client.ts';
import type { DiscoveryConfig } from './config.ts';
import { createConsulDiscovery } from './consul-discovery.ts';
import type { Discovery } from './discovery.ts';
import { createDnsDiscovery } from './dns-discovery.ts';
import { createDockerDiscovery, dockerSocket } from './docker-discovery.ts';
import { createFileDiscovery } from './file-discovery.ts';
import { createHttpDiscovery } from './http-discovery.ts';
import { createKubernetesDiscovery } from './kubernetes-discovery.ts';
import { TARGETS_MAX, UPDATE_EVERY_MS } from './limits.ts';

/** How one discovery is doing. */
export interface DiscoveryState {
  readonly kind: DiscoveryConfig['kind'];
  /** The jobs that use it. */
  readonly jobs: readonly string[];
  readonly groupCount: number;
  readonly targetCount: number;
  readonly updateCount: number;
  readonly failureCount: number;
  /** What fails now; undefined: nothing. */
  readonly error: string | undefined;
  /** Since when. */
  readonly failingSince: number | undefined;
}

/** Since the start. */
export interface DiscoveryCounts {
  readonly updateCount: number;
  readonly failureCount: number;
}

export interface DiscoveryManagerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The groups of a job have changed; at most every few seconds for each job. */
  readonly onChange: (job: string) => void;
  /** A discovery has failed, or works again. */
  readonly onState: () => void;
  /** Makes a discovery; the real one where it is not given. */
  readonly create?: (config: DiscoveryConfig) => Discovery;
}

interface Running {
  readonly config: DiscoveryConfig;
  readonly discovery: Discovery;
  jobs: readonly string[];
  groups: readonly TargetGroup[];
  updateCount: number;
  failureCount: number;
  /** By part: what fails, and since when. */
  readonly problems: Map<string, { readonly reason: string; readonly sinceMs: number }>;
}

export class DiscoveryManager {
  readonly #options: DiscoveryManagerOptions;
  /** By the configuration as JSON. */
  readonly #running = new Map<string, Running>();
  /** By job: a change that waits to be told, and when the last one was. */
  readonly #timers = new Map<string, Timer>();
  readonly #toldAt = new Map<string, number>();
  readonly #counts = { updateCount: 0, failureCount: 0 };

  constructor(options: DiscoveryManagerOptions) {
    this.#options = options;
  }

  /** Starts what is new, stops what nobody uses any more, and leaves the rest alone. */
  apply(
    jobs: readonly { readonly jobName: string; readonly discoveries: readonly DiscoveryConfig[] }[],
  ): void {
    const wanted = new Map<string, { config: DiscoveryConfig; jobs: string[] }>();
    for (const { jobName, discoveries } of jobs) {
      for (const config of discoveries) {
        const key = JSON.stringify(config);
        const entry = wanted.get(key) ?? { config, jobs: [] };
        wanted.set(key, entry);
        if (!entry.jobs.includes(jobName)) entry.jobs.push(jobName);
      }
    }
    const gone: Running[] = [];
    for (const [key, running] of this.#running) {
      if (wanted.has(key)) continue;
      running.discovery.stop();
      this.#running.delete(key);
      gone.push(running);
    }
    for (const [key, entry] of wanted) {
      const running = this.#running.get(key);
      if (running === undefined) this.#start(key, entry, gone);
      else running.jobs = entry.jobs;
    }
    this.#options.onState();
  }

  /** All groups that were found for a job, each with a source that is its own. */
  groups(job: string): readonly TargetGroup[] {
    return [...this.#running.values()]
      .filter(({ jobs }) => jobs.includes(job))
      .flatMap(({ groups }) => groups);
  }

  states(): readonly DiscoveryState[] {
    return [...this.#running.values()].map(describe);
  }

  counts(): DiscoveryCounts {
    return { ...this.#counts };
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    for (const { discovery } of this.#running.values()) discovery.stop();
    this.#running.clear();
  }

  /** Until it has found something itself, what those found that it takes the place of holds. */
  #start(
    key: string,
    { config, jobs }: { readonly config: DiscoveryConfig; readonly jobs: readonly string[] },
    gone: readonly Running[],
  ): void {
    const before = gone.filter(
      (one) => one.config.kind === config.kind && one.jobs.some((job) => jobs.includes(job)),
    );
    const discovery = this.#options.create?.(config) ?? this.#create(config);
    const running: Running = {
      config,
      discovery,
      jobs,
      groups: before.flatMap(({ groups }) => groups),
      updateCount: 0,
      failureCount: 0,
      problems: new Map(),
    };
    this.#running.set(key, running);
    discovery.start({
      onGroups: (groups) => this.#update(running, groups),
      onProblem: (part, reason) => this.#note(running, part, reason),
    });
  }

  #update(running: Running, groups: readonly TargetGroup[]): void {
    const targetCount = countTargets(groups);
    const isTooMany = targetCount > TARGETS_MAX;
    const surplus = `found ${targetCount} targets; at most ${TARGETS_MAX} are taken`;
    this.#note(running, 'all', isTooMany ? surplus : undefined);
    if (isTooMany) return;
    running.updateCount++;
    this.#counts.updateCount++;
    running.groups = groups;
    for (const job of running.jobs) this.#tellSoon(job);
  }

  #note(running: Running, part: string, reason: string | undefined): void {
    const { jobs, config, problems } = running;
    const { log, clock, onState } = this.#options;
    const known = problems.get(part);
    const fields = { kind: config.kind, jobs: jobs.join(', '), ...(part === '' ? {} : { part }) };
    if (reason === undefined) {
      if (!problems.delete(part)) return;
      log.info('discovery works again', fields);
    } else {
      running.failureCount++;
      this.#counts.failureCount++;
      problems.set(part, { reason, sinceMs: known?.sinceMs ?? clock.now() });
      if (known?.reason !== reason) {
        log.warn('discovery failed; what it found before goes on to hold', { ...fields, reason });
      }
    }
    onState();
  }

  /** At once where nothing was told of late, so that a start is quick; else when it is time. */
  #tellSoon(job: string): void {
    if (this.#timers.has(job)) return;
    const { clock, onChange } = this.#options;
    const lastMs = this.#toldAt.get(job) ?? Number.NEGATIVE_INFINITY;
    const waitMs = Math.max(0, lastMs + UPDATE_EVERY_MS - clock.monotonicMs());
    const tell = (): void => {
      this.#timers.delete(job);
      this.#toldAt.set(job, clock.monotonicMs());
      onChange(job);
    };
    this.#timers.set(job, clock.after(waitMs, tell));
  }

  #create(config: DiscoveryConfig): Discovery {
    const { clock, random } = this.#options;
    const tools = { clock, random };
    const open = (http: HttpClientConfig) => createHttpClient(http, { clock });
    switch (config.kind) {
      case 'file':
        return createFileDiscovery(config, tools);
      case 'dns':
        return createDnsDiscovery(config, tools);
      case 'http':
        return createHttpDiscovery(config, { ...tools, client: open(config.http) });
      case 'consul':
        return createConsulDiscovery(config, { ...tools, client: open(config.http) });
      case 'docker': {
        const socketPath = dockerSocket(config.host);
        const options = socketPath === undefined ? { clock } : { clock, socketPath };
        const client = createHttpClient(config.http, options);
        return createDockerDiscovery(config, { ...tools, client });
      }
      case 'kubernetes':
        return createKubernetesDiscovery(config, { ...tools, createClient: open });
    }
  }
}

function describe(running: Running): DiscoveryState {
  const { config, jobs, groups, updateCount, failureCount, problems } = running;
  const [first] = problems.values();
  const since = [...problems.values()].map(({ sinceMs }) => sinceMs);
  return {
    kind: config.kind,
    jobs,
    groupCount: groups.length,
    targetCount: countTargets(groups),
    updateCount,
    failureCount,
    error: first?.reason,
    failingSince: since.length === 0 ? undefined : Math.min(...since),
  };
}

function countTargets(groups: readonly TargetGroup[]): number {
  return groups.reduce((sum, { targets }) => sum + targets.length, 0);
}
