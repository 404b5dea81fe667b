/**
 * Whom a service asks, by its own client metrics: the label that names the peer parts the requests
 * that it makes. A service whose clients tell no peer has no dependencies here, rather than guessed
 * ones; who asks it is told by those who ask.
 */
import type { Dependency, ServiceDependencies } from '@nines/contract';
import type { Catalog, Service } from '../catalog/index.ts';
import { createMatcher } from '../series/index.ts';
import type { ComparisonSources } from './compare-service.ts';
import { DATABASE_CLIENT } from './conventions/opentelemetry.ts';
import { CONVENTIONS } from './conventions/table.ts';
import { readValue } from './evaluate.ts';
import { PEERS_MAX, SEEN_MS } from './limits.ts';
import type { Convention, MetricsSeen, PlannedSignal } from './model.ts';
import { createPlanner } from './plan.ts';
import { listMetrics } from './recipe.ts';
import { lookAtMetrics } from './seen.ts';
import { startTurns } from './turns.ts';

const CLIENTS: readonly Convention[] = [...CONVENTIONS, DATABASE_CLIENT].filter(({ requests }) =>
  requests?.some(({ peers }) => peers !== undefined),
);

interface Peer {
  readonly convention: Convention;
  readonly label: string;
  readonly name: string;
}

/** The peers of a service with what is asked of each, the busiest first. */
export async function listDependencies(
  sources: ComparisonSources,
  service: Service,
): Promise<ServiceDependencies> {
  const { clock, index, plans, catalog } = sources;
  const now = clock.now();
  const { selectors } = service;
  const seen = lookAtMetrics(index, { selectors, fromMs: now - SEEN_MS, toMs: now });
  const windowMs = plans.windowMsOf(service);
  const peers = CLIENTS.flatMap((convention) =>
    findPeers(convention, seen, { selectors, windowMs }),
  );
  const turns = startTurns(sources);
  const dependencies: Dependency[] = [];
  for (const peer of peers.slice(0, PEERS_MAX)) {
    await turns.next();
    const matcher = createMatcher(peer.label, '=', peer.name);
    const own = selectors.map((matchers) => [...matchers, matcher]);
    const { signals } = createPlanner([peer.convention])(seen, { selectors: own, windowMs });
    dependencies.push(describePeer(sources, peer, { signals, now, catalog }));
  }
  return {
    now,
    service: service.name,
    dependencies: dependencies.sort((a, b) => (b.perSecond ?? 0) - (a.perSecond ?? 0)),
    hiddenCount: Math.max(0, peers.length - PEERS_MAX),
  };
}

/** The values of the first label of a convention that the metrics of its requests have. */
function findPeers(
  convention: Convention,
  seen: MetricsSeen,
  binding: Parameters<ReturnType<typeof createPlanner>>[1],
): readonly Peer[] {
  const { signals } = createPlanner([convention])(seen, binding);
  const metrics = [
    ...new Set(signals.flatMap(({ lines }) => lines.flatMap(({ expr }) => listMetrics(expr)))),
  ];
  const labels = (convention.requests ?? []).flatMap(({ peers }) => peers ?? []);
  for (const label of labels) {
    const names = [...new Set(metrics.flatMap((metric) => seen.labelValues(metric, label)))]
      .filter((name) => name !== '')
      .sort();
    if (names.length > 0) return names.map((name) => ({ convention, label, name }));
  }
  return [];
}

function describePeer(
  { engine }: ComparisonSources,
  { convention, label, name }: Peer,
  {
    signals,
    now,
    catalog,
  }: {
    readonly signals: readonly PlannedSignal[];
    readonly now: number;
    readonly catalog: Catalog;
  },
): Dependency {
  const find = (kind: PlannedSignal['kind'], isWanted: (line: string) => boolean) =>
    signals.find((signal) => signal.kind === kind)?.lines.find((line) => isWanted(line.name));
  const read = (line: ReturnType<typeof find>): number | null =>
    line === undefined ? null : readValue(engine, line, now);
  const traffic = find('traffic', () => true);
  return {
    peer: name,
    service: findDeclared(catalog, name),
    convention: convention.name,
    label,
    perSecond: read(traffic),
    errorRatio: read(find('errors', () => true)),
    p99Seconds: read(find('latency', (line) => line === 'p99')),
    expression: traffic?.expression ?? '',
  };
}

/** The declared service that a peer is called after, alone or as the first part of its address. */
function findDeclared(catalog: Catalog, peer: string): string | null {
  const [host] = peer.split(/[.:/]/);
  return (catalog.findService(peer) ?? catalog.findService(host))?.name ?? null;
}
