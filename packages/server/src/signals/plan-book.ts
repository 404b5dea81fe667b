/** Remembers each service's plan for as long as its metrics may be taken to be the same. */
import type { Catalog, Service } from '../catalog/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import {
  PLAN_FOR_MS,
  SEEN_MS,
  SEEN_MS_DOWN,
  SERVICES_REMEMBERED,
  VALUES_FOR_MS,
} from './limits.ts';
import type { SignalPlan } from './model.ts';
import { chooseWindowMs, createPlanner, type Planner } from './plan.ts';
import { lookAtMetrics, type SeriesIndex } from './seen.ts';

/** What is scraped, and how often. */
export interface ScrapedTarget {
  readonly labels: Labels;
  readonly intervalMs: number;
}

export interface PlanSources {
  readonly index: SeriesIndex;
  readonly catalog: Catalog;
  readonly targets: () => readonly ScrapedTarget[];
  readonly clock: Clock;
}

export interface PlanBook {
  planOf(service: Service): SignalPlan;
  /** The window of the rates of a service. */
  windowMsOf(service: Service): number;
}

interface Entry {
  /** The catalog makes new ones when it is reloaded, and then a plan of before does not count. */
  readonly service: Service;
  readonly plan: SignalPlan;
  readonly untilMs: number;
}

/** Builds a book without plans. */
export function createPlanBook(sources: PlanSources): PlanBook {
  const { clock } = sources;
  const plans = new Map<string, Entry>();
  const plan = createPlanner();
  const findIntervalMs = createIntervalFinder(sources);
  return {
    windowMsOf: (service) => chooseWindowMs(findIntervalMs(service)),
    planOf(service) {
      const nowMs = clock.monotonicMs();
      const known = plans.get(service.name);
      if (known?.service === service && nowMs < known.untilMs) return known.plan;
      const fresh = makePlan({ ...sources, plan, service, intervalMs: findIntervalMs(service) });
      // The store remembers what selectors match by the very objects, so the same plan stays.
      const made = known !== undefined && isSame(known.plan, fresh) ? known.plan : fresh;
      if (plans.size >= SERVICES_REMEMBERED) plans.clear();
      // A service of which nothing was found is most likely about to be scraped for the first time.
      const forMs = made.signals.length === 0 ? VALUES_FOR_MS : PLAN_FOR_MS;
      plans.set(service.name, { service, plan: made, untilMs: nowMs + forMs });
      return made;
    },
  };
}

function isSame(a: SignalPlan, b: SignalPlan): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ signals, missing }: SignalPlan): string {
  const lines = signals.flatMap(({ convention, title, lines: own }) => [
    `${convention}: ${title}`,
    ...own.map(({ expression }) => expression),
  ]);
  return [...lines, ...missing.map(({ advice }) => advice)].join('\n');
}

function makePlan(
  what: Pick<PlanSources, 'index' | 'clock'> & {
    readonly plan: Planner;
    readonly service: Service;
    readonly intervalMs: number | undefined;
  },
): SignalPlan {
  const { index, clock, plan } = what;
  const { selectors } = what.service;
  const toMs = clock.now();
  const binding = { selectors, windowMs: chooseWindowMs(what.intervalMs) };
  const planOver = (rangeMs: number): SignalPlan =>
    plan(lookAtMetrics(index, { selectors, fromMs: toMs - rangeMs, toMs }), binding);
  const now = planOver(SEEN_MS);
  return now.signals.length > 0 ? now : planOver(SEEN_MS_DOWN);
}

/** The longest scrape interval of a service's targets, from a look at all targets now and then. */
function createIntervalFinder(sources: PlanSources): (service: Service) => number | undefined {
  const { catalog, clock } = sources;
  let longest = new Map<string, number>();
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    longest = new Map();
    lookedAtMs = clock.monotonicMs();
    for (const { labels, intervalMs } of sources.targets()) {
      const name = catalog.serviceOf(labels)?.name;
      if (name === undefined) continue;
      longest.set(name, Math.max(intervalMs, longest.get(name) ?? 0));
    }
  };
  return ({ name }) => {
    const ageMs = clock.monotonicMs() - lookedAtMs;
    if (ageMs >= PLAN_FOR_MS || (!longest.has(name) && ageMs >= VALUES_FOR_MS)) look();
    return longest.get(name);
  };
}
