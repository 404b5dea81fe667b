/** Puts the slice together. */
import type { Registry } from 'prom-client';
import type { Catalog } from '../catalog/index.ts';
import type { Clock } from '../platform/index.ts';
import type { GroupView, RuleGroup } from '../rules/index.ts';
import { type Annotate, createRuleGroup } from './alert-rules.ts';
import { describeBurning } from './burn.ts';
import { describeBurn, summarizeBurn } from './burn-words.ts';
import { TICK_MS } from './limits.ts';
import { createSloMetrics } from './metrics.ts';
import type { Slo } from './model.ts';
import type { SeriesStore } from './series-store.ts';
import { createSloViews, type SloViews } from './views.ts';
import { SloWorker } from './worker.ts';

export interface SlosOptions {
  readonly store: SeriesStore;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly registry: Registry;
  /** The groups of rules in force, where the objectives' own alerts are. */
  readonly groups: () => readonly GroupView[];
  /** The longest that a scrape may take; undefined: nothing is scraped. */
  readonly scrapeTimeoutMs: () => number | undefined;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
}

export interface Slos {
  readonly views: SloViews;
  readonly worker: {
    /** How often `tick` is to be called. */
    readonly intervalMs: number;
    tick(): Promise<void>;
  };
  /** Replaces the objectives; answers the rules that they become. */
  apply(slos: readonly Slo[]): readonly RuleGroup[];
}

/** Builds it without objectives. */
export function createSlos(options: SlosOptions): Slos {
  const { store, catalog, clock, groups, registry } = options;
  const worker = new SloWorker({ ...options, metrics: createSloMetrics(registry) });
  const { retentionMs } = store;
  const annotateFor =
    (name: string): Annotate =>
    (of): Readonly<Record<string, string>> => {
      const counted = worker.find(name);
      const burn = counted && describeBurning(counted, of);
      if (burn === undefined) return {};
      return { summary: summarizeBurn(burn), description: describeBurn(burn) };
    };
  return {
    views: createSloViews({ worker, catalog, clock, groups, retentionMs }),
    worker: { intervalMs: TICK_MS, tick: async () => worker.tick() },
    apply(slos) {
      worker.apply(slos);
      return slos.flatMap((slo) => createRuleGroup(slo, annotateFor(slo.name)) ?? []);
    },
  };
}
