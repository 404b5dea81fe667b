/** The targets of one job. */
import { limitExceeded } from '../platform/index.ts';
import type { ScrapeConfig } from './config.ts';
import type { FetchBody } from './fetch-body.ts';
import { DROPPED_TARGETS_KEPT_MAX } from './limits.ts';
import { compileRelabelRules, type RelabelRule } from './relabel.ts';
import { createSampleLabels } from './sample-labels.ts';
import { SeriesCache } from './series-cache.ts';
import { populateGroup, type Target } from './target.ts';
import { type LoopParts, TargetLoop } from './target-loop.ts';
import type { DroppedTargetView } from './target-view.ts';

export interface PoolOptions {
  readonly config: ScrapeConfig;
  readonly parts: LoopParts;
  readonly fetchBody: FetchBody;
  /** Closes what `fetchBody` holds open. */
  readonly close: () => void;
  /** A number that outsiders cannot guess, for the caches' hash tables. */
  readonly seed: number;
}

export class ScrapePool {
  readonly config: ScrapeConfig;
  readonly dropped: readonly DroppedTargetView[];
  readonly droppedCount: number;
  readonly #options: PoolOptions;
  readonly #loops = new Map<string, TargetLoop>();
  readonly #targets: ReadonlyMap<string, Target>;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.config = options.config;
    const { targets, dropped, droppedCount } = discover(options.config);
    this.#targets = targets;
    this.dropped = dropped;
    this.droppedCount = droppedCount;
  }

  get loops(): Iterable<TargetLoop> {
    return this.#loops.values();
  }

  get targetCount(): number {
    return this.#loops.size;
  }

  /**
   * Starts all targets. Those that a previous pool of the job had go on with what is known of
   * them; answers the loops of the previous pool that nothing goes on from.
   */
  start(previous: ScrapePool | undefined): readonly TargetLoop[] {
    const rules = compileRelabelRules(this.config.metricRelabelConfigs);
    const isSameMapping =
      previous !== undefined && mappingKey(previous.config) === mappingKey(this.config);
    const forcedError = this.#targetLimitError();
    const ended = new Set(previous?.loops);
    for (const target of this.#targets.values()) {
      const before = previous?.find(target.identity);
      const cache = isSameMapping ? before?.cache : undefined;
      const loop = this.#createLoop(target, cache ?? this.#createCache(target, rules));
      loop.force(forcedError);
      if (before !== undefined && cache !== undefined) {
        before.stop();
        ended.delete(before);
      }
      loop.start(before);
      this.#loops.set(target.identity, loop);
    }
    return [...ended];
  }

  find(identity: string): TargetLoop | undefined {
    return this.#loops.get(identity);
  }

  /** Lets go of the connections as soon as the scrapes under way have ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#loops.values()].map(async (loop) => loop.idle()));
    this.#options.close();
  }

  #createLoop(target: Target, cache: SeriesCache): TargetLoop {
    const { parts, config, fetchBody } = this.#options;
    return new TargetLoop({ parts, target, config, fetchBody, cache });
  }

  #createCache(target: Target, rules: readonly RelabelRule[]): SeriesCache {
    const { honorLabels, limits, nameValidation } = this.config;
    const targetLabels = target.labels;
    const mapLabels = createSampleLabels({
      targetLabels,
      honorLabels,
      rules,
      limits,
      nameValidation,
    });
    const { seed, parts } = this.#options;
    return new SeriesCache({ seed, mapLabels, pool: parts.pool });
  }

  #targetLimitError(): Error | undefined {
    const limit = this.config.limits.targetCount;
    const count = this.#targets.size;
    if (limit === 0 || count <= limit) return undefined;
    const message = `target_limit exceeded (number of targets: ${count}, limit: ${limit})`;
    return limitExceeded('SCRAPE_TARGET_LIMIT', message);
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

interface Discovery {
  readonly targets: ReadonlyMap<string, Target>;
  readonly dropped: readonly DroppedTargetView[];
  readonly droppedCount: number;
}

/** Runs all addresses through relabelling; equal targets are one. */
function discover(config: ScrapeConfig): Discovery {
  const rules = compileRelabelRules(config.relabelConfigs);
  const targets = new Map<string, Target>();
  const dropped: DroppedTargetView[] = [];
  const keptMax = config.limits.keptDroppedTargetCount || DROPPED_TARGETS_KEPT_MAX;
  let droppedCount = 0;
  for (const group of config.staticConfigs) {
    for (const outcome of populateGroup(config, rules, group)) {
      if (outcome.kind === 'target') {
        targets.set(outcome.target.identity, outcome.target);
        continue;
      }
      droppedCount++;
      if (dropped.length >= keptMax) continue;
      const reason = outcome.kind === 'refused' ? outcome.reason : undefined;
      const { discoveredLabels } = outcome;
      dropped.push({ scrapePool: config.jobName, discoveredLabels, reason });
    }
  }
  return { targets, dropped, droppedCount };
}
