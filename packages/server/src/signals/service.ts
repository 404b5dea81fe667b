/** The golden signals of services: planned from their metrics' names, evaluated now. */
import type {
  ComparisonQuery,
  RunningVersion,
  ServiceComparison,
  ServiceDependencies,
  ServiceSignals,
  Signal,
  SignalLine,
} from '@nines/contract';
import type { Catalog, Service } from '../catalog/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { QueryEngine } from '../promql/index.ts';
import { labelValue } from '../series/index.ts';
import { type Grid, readValue } from './evaluate.ts';
import { getService } from './find-service.ts';
import { createGoldenBoard, type GoldenBoard } from './golden.ts';
import { LINE_TIMEOUT_MS, SERVICES_REMEMBERED, VALUES_FOR_MS } from './limits.ts';
import type { PlannedSignal, SignalPlan } from './model.ts';
import { createPlanBook, type PlanBook, type ScrapedTarget } from './plan-book.ts';
import type { SeriesIndex } from './seen.ts';
import { startTurns, type Turns } from './turns.ts';
import { bindVersions, listVersions } from './versions.ts';

export interface SignalSources {
  readonly engine: QueryEngine;
  readonly index: SeriesIndex;
  readonly catalog: Catalog;
  /** All that is scraped. */
  readonly targets: () => readonly ScrapedTarget[];
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves in a later turn of the event loop. */
  readonly pause: () => Promise<void>;
}

export interface Signals {
  /** What a service's metrics say of it, some seconds old at most. Throws `SERVICE_NOT_FOUND`. */
  getSignals(name: string): Promise<ServiceSignals>;
  /** A service before and after a moment, or one of its groups against another. */
  compare(name: string, query: ComparisonQuery): Promise<ServiceComparison>;
  /** Whom a service asks, by its own client metrics. */
  listDependencies(name: string): Promise<ServiceDependencies>;
  /** The four lines of each service on the board. */
  readBoard(services: readonly Service[], grid: Grid): ReturnType<GoldenBoard['read']>;
  /** What is read for all services that are declared or scraped. */
  expressions(): readonly string[];
  stop(): Promise<void>;
}

interface Shared {
  readonly service: Service;
  readonly untilMs: number;
  readonly answer: Promise<ServiceSignals>;
}

/** Builds the module; it works when it is asked, and never by itself. */
export function createSignals(sources: SignalSources): Signals {
  const { clock } = sources;
  const plans = createPlanBook(sources);
  const board = createGoldenBoard({ ...sources, plans });
  const shared = new Map<string, Shared>();
  return {
    async getSignals(name) {
      const service = getService(sources, name);
      const nowMs = clock.monotonicMs();
      const known = shared.get(name);
      if (known?.service === service && nowMs < known.untilMs) return known.answer;
      const answer = readSignals(sources, plans, service);
      if (shared.size >= SERVICES_REMEMBERED) shared.clear();
      shared.set(name, { service, untilMs: nowMs + VALUES_FOR_MS, answer });
      return answer;
    },
    // Loaded when somebody asks: a start does not wait for it.
    async compare(name, query) {
      const { compareService } = await import('./compare-service.ts');
      return compareService({ ...sources, plans }, getService(sources, name), query);
    },
    async listDependencies(name) {
      const { listDependencies } = await import('./dependencies.ts');
      return listDependencies({ ...sources, plans }, getService(sources, name));
    },
    readBoard: async (services, grid) => board.read(services, grid),
    expressions: () => listServices(sources).flatMap((one) => expressionsOf(plans.planOf(one))),
    stop: async () => board.stop(),
  };
}

function listServices({ catalog, targets }: SignalSources): readonly Service[] {
  return catalog.list(new Set(targets().map(({ labels }) => labelValue(labels, 'job'))));
}

function expressionsOf({ signals }: SignalPlan): readonly string[] {
  return signals.flatMap(({ lines }) => lines.map(({ expression }) => expression));
}

async function readSignals(
  sources: SignalSources,
  plans: PlanBook,
  service: Service,
): Promise<ServiceSignals> {
  const { clock } = sources;
  const turns = startTurns(sources);
  const { signals: planned, missing } = plans.planOf(service);
  const now = clock.now();
  const signals: Signal[] = [];
  for (const signal of planned) signals.push(await readSignal({ sources, turns, signal, now }));
  await turns.next();
  return {
    now,
    service: service.name,
    description: service.description ?? null,
    signals,
    versions: [...readVersions(sources, service, now)],
    missing: [...missing],
  };
}

async function readSignal(what: {
  readonly sources: SignalSources;
  readonly turns: Turns;
  readonly signal: PlannedSignal;
  readonly now: number;
}): Promise<Signal> {
  const { sources, turns, now } = what;
  const { kind, title, convention, unit, lines: planned } = what.signal;
  const lines: SignalLine[] = [];
  for (const line of planned) {
    await turns.next();
    const value = readValue(sources.engine, line, now);
    lines.push({ name: line.name, expression: line.expression, value });
  }
  return { kind, title, convention, unit, lines };
}

function readVersions(
  { engine }: SignalSources,
  { selectors }: Service,
  atMs: number,
): readonly RunningVersion[] {
  const { value } = engine.evaluateInstant({
    text: '',
    expr: bindVersions(selectors),
    atMs,
    timeoutMs: LINE_TIMEOUT_MS,
  });
  return value.kind === 'vector' ? listVersions(value.samples.map(({ labels }) => labels)) : [];
}
