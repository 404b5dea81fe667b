/** Everything that Nines says of itself on /metrics (docs/reference/metrics.md). */
import { Counter, type Registry } from 'prom-client';
import type { EventHub } from '../http/index.ts';
import type { RuleManager } from '../rules/index.ts';
import type { DiscoveryCounts, ScrapeManager } from '../scrape/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import type { ConfigState } from './config-control.ts';
import type { QueryRunner } from './query-runner.ts';
import type { QuerySources, SourceStats } from './query-sources.ts';
import { addCounters, addGauges } from './self-metrics.ts';
import { addStoreMetrics } from './store-metrics.ts';

export interface MetricSources {
  readonly tsdb: Tsdb;
  readonly scrape: ScrapeManager;
  readonly rules: RuleManager;
  readonly queries: Pick<QueryRunner, 'stats'>;
  readonly sources: Pick<QuerySources, 'stats'>;
  readonly hub: EventHub;
  readonly configState: () => ConfigState;
  readonly freeBytes: () => number;
}

/** Adds all of them to a registry. */
export function addOwnMetrics(registry: Registry, sources: MetricSources): void {
  addStoreMetrics(registry, sources);
  addScrapeMetrics(registry, sources);
  addRuleMetrics(registry, sources);
  addQueryMetrics(registry, sources);
  addSourceMetrics(registry, sources);
  addGauges(registry, [
    {
      name: 'nines_http_event_streams',
      help: 'Open pages that receive events.',
      read: () => sources.hub.streamCount(),
    },
    {
      name: 'nines_config_last_reload_successful',
      help: 'Whether the newest version of the configuration is in force.',
      read: () => (sources.configState().faults.length === 0 ? 1 : 0),
    },
    {
      name: 'nines_config_loaded_timestamp_seconds',
      help: 'When the configuration in force was read.',
      read: () => sources.configState().loadedAt / 1000,
    },
  ]);
}

/** Of each source that queries ask. */
function addSourceMetrics(registry: Registry, { sources }: MetricSources): void {
  const add = (name: string, help: string, read: (stats: SourceStats) => number): void => {
    const registers = [registry];
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: ['source'],
      registers,
      collect() {
        counter.reset();
        for (const stats of sources.stats()) counter.inc({ source: stats.name }, read(stats));
      },
    });
  };
  add('nines_query_source_requests_total', 'Requests to a source of queries.', (s) => s.requests);
  add('nines_query_source_failures_total', 'Requests that a source failed.', (s) => s.failures);
  add('nines_query_source_bytes_total', 'Bytes that a source has answered.', (s) => s.bytes);
}

function addQueryMetrics(registry: Registry, { queries }: MetricSources): void {
  addGauges(registry, [
    {
      name: 'nines_query_threads',
      help: 'Threads that run queries.',
      read: () => queries.stats().threads,
    },
    {
      name: 'nines_queries_running',
      help: 'Queries that run in threads, or wait for one.',
      read: () => queries.stats().running,
    },
  ]);
  addCounters(registry, [
    {
      name: 'nines_queries_inline_total',
      help: 'Small queries, answered in the thread of the server.',
      read: () => queries.stats().inServer,
    },
    {
      name: 'nines_queries_threaded_total',
      help: 'Queries that were given to a thread.',
      read: () => queries.stats().inThreads,
    },
    {
      name: 'nines_queries_failed_total',
      help: 'Queries that ended with an error, or were stopped.',
      read: () => queries.stats().failed,
    },
    {
      name: 'nines_queries_slow_total',
      help: 'Queries that took longer than query.slow_log.',
      read: () => queries.stats().slow,
    },
  ]);
}

function addScrapeMetrics(registry: Registry, { scrape }: MetricSources): void {
  const read = (pick: (stats: ReturnType<ScrapeManager['stats']>) => number) => () =>
    pick(scrape.stats());
  const countTargets = (isUp: boolean) => () =>
    scrape.targets().filter(({ health }) => (health === 'up') === isUp).length;
  addGauges(registry, [
    {
      name: 'nines_scrape_targets_up',
      help: 'Targets that answered last time.',
      read: countTargets(true),
    },
    {
      name: 'nines_scrape_targets_not_up',
      help: 'Targets that did not, or were not asked yet.',
      read: countTargets(false),
    },
    {
      name: 'nines_discovery_failing',
      help: 'Discoveries whose last try failed; their targets are those of before.',
      read: () => scrape.discoveries().filter(({ error }) => error !== undefined).length,
    },
    {
      name: 'nines_discovery_targets',
      help: 'Targets that discoveries have found, before relabelling.',
      read: () => scrape.discoveries().reduce((sum, one) => sum + one.targetCount, 0),
    },
  ]);
  addDiscoveryCounters(registry, scrape);
  addCounters(registry, [
    { name: 'nines_scrape_scrapes_total', help: 'Scrapes.', read: read((s) => s.scrapeCount) },
    {
      name: 'nines_scrape_failures_total',
      help: 'Scrapes that failed.',
      read: read((s) => s.failedCount),
    },
    {
      name: 'nines_scrape_skipped_total',
      help: 'Scrapes left out because one before took too long.',
      read: read((s) => s.skippedCount),
    },
    {
      name: 'nines_scrape_samples_total',
      help: 'Samples read from targets.',
      read: read((s) => s.samplesScrapedCount),
    },
    {
      name: 'nines_scrape_body_bytes_total',
      help: 'Bytes read from targets, uncompressed.',
      read: read((s) => s.bodyBytes),
    },
  ]);
}

/** Over all that ever ran: what a reload stops goes on to be counted. */
function addDiscoveryCounters(registry: Registry, scrape: ScrapeManager): void {
  const read = (pick: (counts: DiscoveryCounts) => number) => () => pick(scrape.discoveryCounts());
  addCounters(registry, [
    {
      name: 'nines_discovery_updates_total',
      help: 'Times that discoveries told what they found.',
      read: read(({ updateCount }) => updateCount),
    },
    {
      name: 'nines_discovery_failures_total',
      help: 'Tries of discoveries that failed.',
      read: read(({ failureCount }) => failureCount),
    },
  ]);
}

function addRuleMetrics(registry: Registry, { rules }: MetricSources): void {
  const read = (pick: (stats: ReturnType<RuleManager['stats']>) => number) => () =>
    pick(rules.stats());
  addGauges(registry, [
    { name: 'nines_rules_rules', help: 'Rules in force.', read: read((s) => s.ruleCount) },
    {
      name: 'nines_rules_alerts_pending',
      help: 'Alerts that are pending.',
      read: read((s) => s.pendingCount),
    },
    {
      name: 'nines_rules_alerts_firing',
      help: 'Alerts that are firing.',
      read: read((s) => s.firingCount),
    },
    {
      name: 'nines_rules_last_duration_seconds',
      help: 'How long the last evaluation of a group took.',
      read: read((s) => s.lastDurationMs / 1000),
    },
  ]);
  addCounters(registry, [
    {
      name: 'nines_rules_evaluations_total',
      help: 'Evaluations of rules.',
      read: read((s) => s.evaluations),
    },
    {
      name: 'nines_rules_failures_total',
      help: 'Evaluations of rules that failed.',
      read: read((s) => s.failures),
    },
    {
      name: 'nines_rules_missed_iterations_total',
      help: 'Evaluations of groups that were left out for lack of time.',
      read: read((s) => s.missedIterations),
    },
  ]);
}

/** Periodic work that failed is tried again; that it goes on failing must be seen. */
export function countTaskFailures(registry: Registry): (task: string) => void {
  const failures = new Counter({
    name: 'nines_task_failures_total',
    help: 'Runs of periodic work that failed, by its name.',
    labelNames: ['task'],
    registers: [registry],
  });
  return (task) => failures.inc({ task });
}
