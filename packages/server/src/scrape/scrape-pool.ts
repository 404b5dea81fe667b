/** The targets of one job. */
import { limitExceeded } from '../platform/index.ts';
import type { ScrapeConfig, TargetGroup } from './config.ts';
import type { HttpFetcher } from './http-fetch.ts';
import { DROPPED_TARGETS_KEPT_MAX, TARGETS_PER_JOB_MAX } from './limits.ts';
import { compileRelabelRules, type RelabelRule } from './relabel.ts';
import { createSampleLabels } from './sample-labels.ts';
import { SeriesCache } from './series-cache.ts';
import type { ShardConfig } from './shard.ts';
import { populateGroup, type Target, type TargetOutcome } from './target.ts';
import { type LoopParts, TargetLoop } from './target-loop.ts';
import type { DroppedTargetView } from './target-view.ts';

export interface PoolOptions {
  readonly config: ScrapeConfig;
  readonly parts: LoopParts;
  readonly fetcher: HttpFetcher;
  /** Undefined: all targets are ours. */
  readonly shard: ShardConfig | undefined;
}

export class ScrapePool {
  readonly config: ScrapeConfig;
  readonly #options: PoolOptions;
  readonly #loops = new Map<string, TargetLoop>();
  readonly #rules: readonly RelabelRule[];
  readonly #sampleRules: readonly RelabelRule[];
  /** Groups that stay the same are not relabelled anew. */
  readonly #outcomes = new WeakMap<TargetGroup, readonly TargetOutcome[]>();
  #found: Found = { targets: new Map(), dropped: [], droppedCount: 0, left: new Map() };

  constructor(options: PoolOptions) {
    this.#options = options;
    this.config = options.config;
    this.#rules = compileRelabelRules(options.config.relabelConfigs);
    this.#sampleRules = compileRelabelRules(options.config.metricRelabelConfigs);
  }

  get loops(): Iterable<TargetLoop> {
    return this.#loops.values();
  }

  get targetCount(): number {
    return this.#loops.size;
  }

  get dropped(): readonly DroppedTargetView[] {
    return this.#found.dropped;
  }

  get droppedCount(): number {
    return this.#found.droppedCount;
  }

  get shard(): ShardConfig | undefined {
    return this.#options.shard;
  }

  /** For each target of the job the members of the scrape layer that have it. */
  *listOwners(): Generator<readonly string[]> {
    for (const { owners } of this.#found.targets.values()) yield owners;
    yield* this.#found.left.values();
  }

  /**
   * Starts all targets of the groups. Those that a previous pool of the job had go on with what is
   * known of them; answers the loops of the previous pool that nothing goes on from.
   */
  start(groups: readonly TargetGroup[], previous: ScrapePool | undefined): readonly TargetLoop[] {
    this.#found = this.#discover(groups);
    const isSameMapping =
      previous !== undefined && mappingKey(previous.config) === mappingKey(this.config);
    const forcedError = this.#targetLimitError();
    const ended = new Set(previous?.loops);
    for (const target of this.#found.targets.values()) {
      const before = previous?.find(target.identity);
      const cache = isSameMapping ? before?.cache : undefined;
      if (before !== undefined && cache !== undefined) {
        before.stop();
        ended.delete(before);
      }
      this.#run(target, { cache, before, forcedError });
    }
    return [...ended];
  }

  /**
   * Changes over to other groups. Targets that stay are not touched; answers the loops of those
   * that are gone.
   */
  update(groups: readonly TargetGroup[]): readonly TargetLoop[] {
    this.#found = this.#discover(groups);
    const forcedError = this.#targetLimitError();
    const ended: TargetLoop[] = [];
    for (const [identity, loop] of this.#loops) {
      if (this.#found.targets.has(identity)) continue;
      this.#loops.delete(identity);
      ended.push(loop);
    }
    for (const target of this.#found.targets.values()) {
      const before = this.#loops.get(target.identity);
      if (before !== undefined && before.retarget(target)) {
        before.force(forcedError);
        continue;
      }
      // Its pace has changed: the same series, at other times.
      before?.stop();
      this.#run(target, { cache: before?.cache, before, forcedError });
    }
    return ended;
  }

  find(identity: string): TargetLoop | undefined {
    return this.#loops.get(identity);
  }

  /** Lets go of the connections as soon as the scrapes under way have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#loops.values()].map(async (loop) => loop.idle()));
    this.#options.fetcher.close();
  }

  #run(
    target: Target,
    from: {
      readonly cache: SeriesCache | undefined;
      readonly before: TargetLoop | undefined;
      readonly forcedError: Error | undefined;
    },
  ): void {
    const { parts, config, fetcher } = this.#options;
    const cache = from.cache ?? this.#createCache(target);
    const loop = new TargetLoop({ parts, target, config, begin: fetcher.begin, cache });
    loop.force(from.forcedError);
    loop.start(from.before);
    this.#loops.set(target.identity, loop);
  }

  #createCache(target: Target): SeriesCache {
    const { honorLabels, limits, nameValidation } = this.config;
    const targetLabels = target.labels;
    const rules = this.#sampleRules;
    const mapLabels = createSampleLabels({
      targetLabels,
      honorLabels,
      rules,
      limits,
      nameValidation,
    });
    const { pool, texts } = this.#options.parts;
    return new SeriesCache({ mapLabels, pool, texts });
  }

  #targetLimitError(): Error | undefined {
    const limit = this.config.limits.targetCount;
    const count = this.#found.targets.size;
    if (limit === 0 || count <= limit) return undefined;
    const message = `target_limit exceeded (number of targets: ${count}, limit: ${limit})`;
    return limitExceeded('SCRAPE_TARGET_LIMIT', message);
  }

  /** Runs all groups through relabelling; equal targets are one. */
  #discover(groups: readonly TargetGroup[]): Found {
    const { config } = this;
    const targets = new Map<string, Target>();
    const dropped: DroppedTargetView[] = [];
    const keptMax = config.limits.keptDroppedTargetCount || DROPPED_TARGETS_KEPT_MAX;
    const left = new Map<string, readonly string[]>();
    let droppedCount = 0;
    for (const outcome of this.#listOutcomes(groups)) {
      if (outcome.kind === 'left') {
        left.set(outcome.identity, outcome.owners);
        continue;
      }
      const isTarget = outcome.kind === 'target';
      if (isTarget && targets.size < TARGETS_PER_JOB_MAX) {
        targets.set(outcome.target.identity, outcome.target);
        continue;
      }
      droppedCount++;
      if (dropped.length >= keptMax) continue;
      dropped.push({ scrapePool: config.jobName, ...describeDropped(outcome) });
    }
    return { targets, dropped, droppedCount, left };
  }

  *#listOutcomes(groups: readonly TargetGroup[]): Generator<TargetOutcome> {
    for (const group of groups) {
      const known = this.#outcomes.get(group);
      const mapping = { rules: this.#rules, shard: this.shard };
      const outcomes = known ?? [...populateGroup(this.config, mapping, group)];
      if (known === undefined) this.#outcomes.set(group, outcomes);
      yield* outcomes;
    }
  }
}

/** Equal where two configurations make the same series of the same body. */
function mappingKey(config: ScrapeConfig): string {
  const { honorLabels, metricRelabelConfigs, nameValidation, histograms, limits } = config;
  const { labelCount, labelNameBytes, labelValueBytes } = limits;
  const labelLimits = { labelCount, labelNameBytes, labelValueBytes };
  return JSON.stringify([
    honorLabels,
    metricRelabelConfigs,
    nameValidation,
    histograms,
    labelLimits,
  ]);
}

interface Found {
  readonly targets: ReadonlyMap<string, Target>;
  readonly dropped: readonly DroppedTargetView[];
  readonly droppedCount: number;
  /** Targets of other members, by identity: the members that have them. */
  readonly left: ReadonlyMap<string, readonly string[]>;
}

function describeDropped(
  outcome: Exclude<TargetOutcome, { readonly kind: 'left' }>,
): Pick<DroppedTargetView, 'discoveredLabels' | 'reason'> {
  switch (outcome.kind) {
    case 'dropped':
      return { discoveredLabels: outcome.discoveredLabels, reason: undefined };
    case 'refused':
      return { discoveredLabels: outcome.discoveredLabels, reason: outcome.reason };
    case 'target': {
      const reason = `the job has more than ${TARGETS_PER_JOB_MAX} targets`;
      return { discoveredLabels: outcome.target.discoveredLabels, reason };
    }
  }
}
