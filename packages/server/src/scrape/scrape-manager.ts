/** Scrapes all targets of all jobs, and changes over to a new configuration without a gap. */
import {
  type HttpClientConfig,
  type Clock,
  type Log,
  type Random,
  type Timer,
  errorMessage,
} from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type { Appender } from './appender.ts';
import type { ScrapeConfig, TargetGroup } from './config.ts';
import type { DiscoveryConfig } from './discovery/config.ts';
import type { Discovery } from './discovery/discovery.ts';
import {
  type DiscoveryCounts,
  DiscoveryManager,
  type DiscoveryState,
} from './discovery/discovery-manager.ts';
import { beginByPromise, type FetchBody } from './fetch-body.ts';
import { createHttpFetcher, type HttpFetcher } from './http-fetch.ts';
import { ENDING_TARGETS_MAX, FIRST_SCRAPE_WITHIN_MS } from './limits.ts';
import { LineTexts } from './line-texts.ts';
import { listRelabelSteps, type RelabelStep } from './relabel-steps.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { ScrapePool } from './scrape-pool.ts';
import type { ShardConfig } from './shard.ts';
import { type ScrapeCounters, ScrapeStats } from './scrape-stats.ts';
import type { MetricMetadata } from './series-cache.ts';
import type { LoopParts, TargetLoop } from './target-loop.ts';
import { TextPool } from './text-pool.ts';
import type { DroppedTargetView, HealthChange, TargetView } from './target-view.ts';
import { WakeUps } from './wake-ups.ts';

export interface ScrapeManagerOptions {
  readonly appender: Appender;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  /** Our own version, for the User-Agent header. */
  readonly version: string;
  /** Other ways to get bodies, by job: our own metrics come without a detour over the network. */
  readonly fetchers?: Readonly<Record<string, FetchBody>>;
  /** Makes the way to get bodies for a job; HTTP where it is not given. */
  readonly createFetcher?: (config: HttpClientConfig) => HttpFetcher;
  /** How soon a new target is scraped first; the interval where it is smaller. */
  readonly firstScrapeWithinMs?: number;
  /** What stands for loopback hosts in the addresses that other machines are shown. */
  readonly externalHostname?: string;
  /** Makes what finds targets; the real thing where it is not given. */
  readonly createDiscovery?: (config: DiscoveryConfig) => Discovery;
  /** Other targets were found for a job. */
  readonly onTargetsChange?: (job: string) => void;
  /** A discovery has failed, or works again. */
  readonly onDiscoveryState?: () => void;
  /** Called at once; takes note and returns. */
  readonly onHealthChange?: (change: HealthChange) => void;
}

export interface MetadataEntry extends MetricMetadata {
  readonly metric: string;
  readonly target: TargetView;
}

export interface ScrapeManager {
  /** Puts a configuration into force. Jobs that have not changed go on undisturbed. */
  apply(configs: readonly ScrapeConfig[], shard?: ShardConfig): void;
  /** How many targets each member of the scrape layer has; undefined: nothing is shared out. */
  shardCounts(): ShardCounts | undefined;
  /** All targets, by job and address. */
  targets(): TargetView[];
  /** Discovered addresses that are not scraped: at most some of each job. */
  droppedTargets(): DroppedTargetView[];
  /** How many there are of each job, the ones not kept included. */
  droppedTargetCounts(): ReadonlyMap<string, number>;
  /** How the discoveries are doing. */
  discoveries(): readonly DiscoveryState[];
  /** What all discoveries since the start have done. */
  discoveryCounts(): DiscoveryCounts;
  /** What the targets say of their metrics. */
  metadata(): Iterable<MetadataEntry>;
  /** What each rule of a job makes of labels; undefined: there is no such job. */
  relabelSteps(job: string, labels: Labels): readonly RelabelStep[] | undefined;
  /** The configurations in force. */
  configs(): readonly ScrapeConfig[];
  stats(): ScrapeCounters;
  /**
   * Stops everything; scrapes under way are broken off. No end markers are written: after a
   * restart the series go on.
   */
  stop(): Promise<void>;
}

/** The members of a scrape layer, with how many targets of the shared jobs each has. */
export interface ShardCounts extends ShardConfig {
  readonly targetCounts: ReadonlyMap<string, number>;
}

interface Ending {
  readonly loop: TargetLoop;
  readonly timeMs: number;
  readonly timer: Timer;
}

/** Builds a manager; it has no targets before the first `apply`. */
export function createScrapeManager(options: ScrapeManagerOptions): ScrapeManager {
  const manager = new Manager(options);
  return {
    apply: (configs, shard) => manager.apply(configs, shard),
    shardCounts: () => manager.shardCounts(),
    targets: () => manager.targets(),
    droppedTargets: () => manager.pools().flatMap((pool) => [...pool.dropped]),
    droppedTargetCounts: () =>
      new Map(manager.pools().map((pool) => [pool.config.jobName, pool.droppedCount])),
    discoveries: () => manager.discovery.states(),
    discoveryCounts: () => manager.discovery.counts(),
    metadata: () => manager.metadata(),
    relabelSteps(job, labels) {
      const pool = manager.pools().find(({ config }) => config.jobName === job);
      return pool && listRelabelSteps(pool.config.relabelConfigs, labels);
    },
    configs: () => manager.pools().map((pool) => pool.config),
    stats: () => manager.stats.read(),
    stop: async () => manager.stop(),
  };
}

class Manager {
  readonly stats = new ScrapeStats();
  readonly #options: ScrapeManagerOptions;
  readonly #parts: LoopParts;
  readonly #pools = new Map<string, ScrapePool>();
  readonly #endings = new Set<Ending>();
  readonly discovery: DiscoveryManager;
  /** What was logged of each job's refused targets, so that it is not said every few seconds. */
  readonly #refusals = new Map<string, string>();
  #shard: ShardConfig | undefined;
  #isStopped = false;

  constructor(options: ScrapeManagerOptions) {
    this.#options = options;
    this.discovery = new DiscoveryManager({
      ...options,
      onChange: (job) => this.#updateJob(job),
      onState: () => options.onDiscoveryState?.(),
      ...(options.createDiscovery === undefined ? {} : { create: options.createDiscovery }),
    });
    this.#parts = {
      appender: options.appender,
      clock: options.clock,
      wakeUps: new WakeUps(options.clock),
      timeouts: new WakeUps(options.clock, () => options.clock.monotonicMs()),
      log: options.log,
      buffer: new SampleBuffer(),
      pool: new TextPool(),
      // A number that targets cannot guess.
      texts: new LineTexts(Math.floor(options.random.float() * 2 ** 32)),
      stats: this.stats,
      version: options.version,
      firstScrapeWithinMs: options.firstScrapeWithinMs ?? FIRST_SCRAPE_WITHIN_MS,
      externalHostname: options.externalHostname,
      onHealthChange: options.onHealthChange ?? (() => {}),
    };
  }

  pools(): ScrapePool[] {
    return [...this.#pools.values()];
  }

  apply(configs: readonly ScrapeConfig[], shard?: ShardConfig): void {
    if (this.#isStopped) return;
    this.#shard = shard;
    // First, so that jobs start with what is known already.
    this.discovery.apply(configs);
    const names = new Set(configs.map((config) => config.jobName));
    for (const [name, pool] of this.#pools) {
      if (names.has(name)) continue;
      this.#pools.delete(name);
      this.#refusals.delete(name);
      this.#end(pool.loops);
      void pool.close();
    }
    for (const config of configs) this.#applyJob(config);
  }

  #applyJob(config: ScrapeConfig): void {
    const before = this.#pools.get(config.jobName);
    // What needs no network has nothing to spread, and is on every member.
    const isOwn = this.#options.fetchers?.[config.jobName] !== undefined;
    const shard = isOwn ? undefined : this.#shard;
    const key = JSON.stringify([config, shard]);
    if (before !== undefined && JSON.stringify([before.config, before.shard]) === key) return;
    const pool = new ScrapePool({
      config,
      parts: isOwn ? { ...this.#parts, firstScrapeWithinMs: 0 } : this.#parts,
      shard,
      fetcher: this.#createFetcher(config),
    });
    this.#pools.set(config.jobName, pool);
    this.#end(pool.start(this.#groups(config), before));
    void before?.close();
    const { jobName } = config;
    const counts = { targets: pool.targetCount, dropped: pool.droppedCount };
    this.#options.log.info('scrape job is in force', { job: jobName, ...counts });
    this.#logRefused(pool);
  }

  #groups(config: ScrapeConfig): readonly TargetGroup[] {
    return [...config.staticConfigs, ...this.discovery.groups(config.jobName)];
  }

  /** Other targets were found for a job. */
  #updateJob(job: string): void {
    const pool = this.#pools.get(job);
    if (pool === undefined || this.#isStopped) return;
    const countBefore = pool.targetCount;
    this.#end(pool.update(this.#groups(pool.config)));
    const counts = { targets: pool.targetCount, dropped: pool.droppedCount };
    if (countBefore !== pool.targetCount)
      this.#options.log.info('targets found', { job, ...counts });
    this.#logRefused(pool);
    this.#options.onTargetsChange?.(job);
  }

  #logRefused({ dropped, config: { jobName } }: ScrapePool): void {
    const refused = dropped.filter(({ reason }) => reason !== undefined);
    const said = refused.map(({ reason }) => reason).join();
    if (this.#refusals.get(jobName) === said) return;
    this.#refusals.set(jobName, said);
    for (const { reason } of refused) {
      this.#options.log.warn('target refused', { job: jobName, reason });
    }
  }

  #createFetcher(config: ScrapeConfig): HttpFetcher {
    const own = this.#options.fetchers?.[config.jobName];
    if (own !== undefined) return { begin: beginByPromise(own), close: () => {} };
    const { createFetcher, clock } = this.#options;
    return createFetcher?.(config.http) ?? createHttpFetcher(config.http, clock);
  }

  /**
   * Stops loops and marks their series as ended, but only after two more intervals: a target that
   * comes back in the meantime has newer samples then, and the store refuses the markers.
   */
  #end(loops: Iterable<TargetLoop>): void {
    for (const loop of loops) {
      const timeMs = loop.stop();
      const { clock } = this.#options;
      const waitMs = timeMs - clock.now() + loop.target.intervalMs * 1.1;
      const ending: Ending = {
        loop,
        timeMs,
        timer: clock.after(waitMs, () => this.#finish(ending)),
      };
      this.#endings.add(ending);
      const [oldest] = this.#endings;
      if (this.#endings.size > ENDING_TARGETS_MAX) this.#finish(oldest);
    }
  }

  #finish(ending: Ending): void {
    ending.timer.cancel();
    this.#endings.delete(ending);
    try {
      ending.loop.writeEnd(ending.timeMs);
    } catch (error) {
      // The series end by themselves then, when queries look back no further than they do.
      const { url } = ending.loop.target;
      const fields = { target: url, error: errorMessage(error) };
      this.#options.log.warn('cannot mark the series of a removed target as ended', fields);
    }
    void ending.loop.forget();
  }

  targets(): TargetView[] {
    const views: TargetView[] = [];
    for (const pool of this.#pools.values()) {
      for (const loop of pool.loops) views.push(loop.view());
    }
    return views.sort(
      (a, b) => compare(a.scrapePool, b.scrapePool) || compare(a.scrapeUrl, b.scrapeUrl),
    );
  }

  shardCounts(): ShardCounts | undefined {
    if (this.#shard === undefined) return undefined;
    const targetCounts = new Map(this.#shard.members.map((member) => [member, 0]));
    for (const pool of this.#pools.values()) {
      for (const member of [...pool.listOwners()].flat()) {
        targetCounts.set(member, (targetCounts.get(member) ?? 0) + 1);
      }
    }
    return { ...this.#shard, targetCounts };
  }

  *metadata(): Generator<MetadataEntry> {
    for (const pool of this.#pools.values()) {
      for (const loop of pool.loops) {
        const target = loop.view();
        for (const [metric, entry] of loop.metadata()) yield { metric, target, ...entry };
      }
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.discovery.stop();
    for (const ending of this.#endings) ending.timer.cancel();
    this.#endings.clear();
    const reason = new Error('scraping stops');
    const pools = this.pools();
    const loops = pools.flatMap((pool) => [...pool.loops]);
    await Promise.all(loops.map(async (loop) => loop.abort(reason)));
    await Promise.all(pools.map(async (pool) => pool.close()));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
