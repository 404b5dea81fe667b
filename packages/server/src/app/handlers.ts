/** The contract's routes that ask several modules at once; the others come from their slices. */
import { dirname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type {
  Board,
  RouteHandlers,
  Settings,
  Status,
  TargetList,
  TargetShard,
  TargetView,
  UnusedMetrics,
} from '@nines/contract';
import { createAlertRoutes } from '../alerts/index.ts';
import { createBoardRoutes } from '../boards/index.ts';
import { createServiceListRoutes } from '../catalog/index.ts';
import { VERSION } from '../cli/index.ts';
import type { OwnHandlers } from '../http/index.ts';
import { createIdentityRoutes } from '../identity/index.ts';
import { createChannelRoutes, formatServer, hideSecrets } from '../notify/index.ts';
import { httpRequest, type RequestContext } from '../platform/index.ts';
import { hidePassword, type SendStats } from '../remote/index.ts';
import {
  REPORT_NAMES,
  type ScrapeManager,
  type TargetView as ScrapedTarget,
} from '../scrape/index.ts';
import {
  createMatcher,
  formatMatcher,
  labelsRecord,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import { createSignalRoutes } from '../signals/index.ts';
import { createSloRoutes } from '../slo/index.ts';
import { createBacktestRoutes } from './backtest-routes.ts';
import { createBoardHandler } from './board.ts';
import { listRuleFiles } from './built-in-rules.ts';
import { createLintRoutes } from './lint-routes.ts';
import { DEFAULT_FILE } from './named-files.ts';
import { createDemoRoutes } from './demo.ts';
import { createNextStepRoutes } from './next-steps.ts';
import { createQueryRoutes } from './query-routes.ts';
import { listReadingExpressions } from './reading-expressions.ts';
import { redactSecrets } from './redact.ts';
import { createProbeRoutes } from './probe-views.ts';
import { listRelabelSteps } from './relabel-views.ts';
import { createRuleWritingRoutes } from './rule-file-routes.ts';
import { listOwnJobs } from './self-scrape.ts';
import type { Parts } from './start-app.ts';
import { createWhyRoutes } from './why-routes.ts';

/** What alerting rules write. */
const ALERT_NAMES = ['ALERTS', 'ALERTS_FOR_STATE'];
/** As long as the next incident may take to come. */
const UNUSED_DAYS = 30;
/** Newest things on the board's side. */
const RECENT_MAX = 12;
/** Dropped targets that the page shows, of all jobs; each has dozens of labels. */
const DROPPED_MAX = 200;
/** A young store's lines show its whole life; after an hour they show the last one. */
const LINES_MS = 3_600_000;

/** One handler for each route of the contract. */
export function createHandlers(parts: Parts): OwnHandlers {
  const { identity, alerts, options, hub } = parts;
  const { isAuthRequired, externalUrl } = options;
  return {
    ...createIdentityRoutes({
      identity,
      isAuthRequired,
      version: VERSION,
      externalUrl: () => externalUrl,
    }),
    ...createAlertRoutes(alerts),
    ...createChannelRoutes(parts.channels),
    ...createSignalRoutes(parts.signals),
    ...createServiceListRoutes({
      catalog: parts.catalog,
      index: parts.tsdb,
      listTargets: () => parts.scrape.targets(),
      listOwnJobs: () => listOwnJobs(parts.configControl.state().config),
      now: () => options.clock.now(),
      pause: async () => setImmediate(),
    }),
    ...createSloRoutes(parts.slos.views),
    ...createBoardRoutes(parts.boards),
    ...createStateRoutes(parts),
    ...parts.silences.routes,
    ...createBacktestRoutes(parts),
    ...createWhyRoutes(parts),
    ...createLintRoutes(parts),
    ...createRuleWritingRoutes(parts),
    ...createProbeRoutes({
      probes: parts.probes,
      config: () => parts.configControl.state().config.probes,
      now: () => options.clock.now(),
    }),
    ...createQueryRoutes({
      queries: parts.queries,
      clock: options.clock,
      slowMs: () => parts.configControl.state().config.query.slowMs,
    }),
    getUnusedMetrics: async ({ query }) => viewUnusedMetrics(parts, query.days ?? UNUSED_DAYS),
    ...createDemoRoutes({
      control: () => parts.configControl.state().config.demoControl,
      request: httpRequest,
    }),
    ...createNextStepRoutes({
      targets: () => parts.scrape.targets(),
      ownJobs: () => listOwnJobs(parts.configControl.state().config),
      findFirstExternal: async () => alerts.views.findFirstExternal(),
      channels: () => parts.channels.list(),
      now: () => options.clock.now(),
      configFile: () => parts.configControl.state().config.file,
      configFolder: dirname(resolve(options.config.file ?? DEFAULT_FILE)),
    }),
    confirmPage({ params }) {
      hub.confirm(params.id);
      return {};
    },
  };
}

/** What is read without a query, and what is scraped; beside what was asked. */
async function viewUnusedMetrics(parts: Parts, days: number): Promise<UnusedMetrics> {
  const { findUnusedMetrics } = await import('./unused-metrics.ts');
  const { tsdb, queryRecord, options, rules, configControl } = parts;
  const { config } = configControl.state();
  const allRules = rules.groups().flatMap((group) => group.rules);
  const recorded = allRules.filter(({ kind }) => kind === 'record').map(({ name }) => name);
  return findUnusedMetrics(
    {
      store: tsdb,
      record: queryRecord,
      clock: options.clock,
      jobs: () => new Set(config.scrapeConfigs?.map(({ jobName }) => jobName)),
      ownNames: () => new Set([...REPORT_NAMES, ...ALERT_NAMES, ...recorded]),
      expressions: () => listReadingExpressions(parts),
    },
    days,
  );
}

function createStateRoutes(
  parts: Parts,
): RouteHandlers<
  'getBoard' | 'getStatus' | 'getSettings' | 'listTargets' | 'listRelabelSteps',
  RequestContext
> {
  const { alerts, options, catalog, engine, scrape, signals, notices } = parts;
  const { clock } = options;
  return {
    getBoard: createBoardHandler({
      now: () => clock.now(),
      listNeedsSomeone: async () => alerts.views.listNeedsSomeone(),
      countOpen: () => {
        const { page, ticket } = alerts.views.countActive();
        return { page, ticket };
      },
      countPending: () => alerts.views.countActive().pending,
      countSlos: () => parts.slos.views.countStates(),
      listRecent: async () => alerts.views.listRecent(RECENT_MAX),
      summaryInput: () => ({
        catalog,
        engine,
        targets: scrape.targets(),
        firing: alerts.views.countByService(),
        oldestMs: findOldest(parts),
        readGolden: async (services, grid) => signals.readBoard(services, grid),
        slos: parts.slos.views.worstByService(),
      }),
      notices: () => [...notices.list()],
      self: async () => describeSelf(parts),
    }),
    getStatus: () => describeStatus(parts),
    getSettings: () => describeSettings(parts),
    listTargets: () => listTargets(parts),
    listRelabelSteps: ({ query }) => listRelabelSteps(scrape, query),
  };
}

/** When the lines may begin: at the oldest sample that a target gave within the last hour. */
function findOldest({ tsdb, options }: Parts): number {
  const toMs = options.clock.now();
  const matchers = [createMatcher(METRIC_NAME, '=', 'up')];
  let oldestMs = toMs;
  for (const { samples } of tsdb.select({ matchers, fromMs: toMs - LINES_MS, toMs })) {
    oldestMs = Math.min(oldestMs, samples.timesMs[0]);
  }
  return oldestMs;
}

async function describeSelf(parts: Parts): Promise<Board['self']> {
  const { scrape, rules, tsdb, alerts } = parts;
  const targets = scrape.targets();
  const evaluated = rules.groups().flatMap(({ lastEvaluationAt }) => lastEvaluationAt ?? []);
  const pages = await alerts.views.countPages24h();
  return {
    targetsUp: targets.filter(({ health }) => health === 'up').length,
    targetsTotal: targets.length,
    seriesCount: tsdb.stats().seriesCount,
    samplesPerSecond: targets.reduce(
      (sum, one) => sum + one.keptCount / (one.intervalMs / 1000),
      0,
    ),
    ruleCount: rules.stats().ruleCount,
    lastEvaluationAt: evaluated.length === 0 ? null : Math.max(...evaluated),
    pagesDelivered24h: pages.delivered,
    pagesFailed24h: pages.failed,
    residentBytes: process.memoryUsage.rss(),
  };
}

function describeStatus(parts: Parts): Status {
  const { tsdb, options, database, notices, freeBytes } = parts;
  const stats = tsdb.stats();
  const { downsample, retentionMs } = options.config.storage;
  const aggregates = stats.aggregates.map(({ everyMs, blockBytes }) => {
    const keepMs = downsample.find((level) => level.everyMs === everyMs)?.keepMs ?? 0;
    return { everyMs, keepMs, diskBytes: blockBytes };
  });
  const aggregateBytes = aggregates.reduce((sum, { diskBytes }) => sum + diskBytes, 0);
  const headBytes = stats.walBytes + stats.checkpointBytes + stats.chunkFileBytes;
  return {
    version: VERSION,
    startedAt: parts.startedAt,
    now: options.clock.now(),
    externalUrl: options.externalUrl,
    notices: [...notices.list()],
    records: database.engine,
    series: {
      seriesCount: stats.seriesCount,
      appendedTotal: stats.samplesAppended,
      diskBytes: headBytes + stats.blockBytes + aggregateBytes,
      retentionMs,
      aggregates,
      freeDiskBytes: freeBytes(),
    },
    residentBytes: process.memoryUsage.rss(),
    remoteQueues: parts.remote.sender.stats().queues.map(viewQueue),
  };
}

function viewQueue(queue: SendStats): Status['remoteQueues'][number] {
  return {
    name: queue.name,
    url: hidePassword(queue.url),
    sentTotal: queue.samples + queue.histograms,
    failedTotal: queue.failed,
    droppedTotal: queue.dropped,
    samplesPerSecond: queue.samplesPerSecond,
    behindMs: queue.behindMs,
    pendingBytes: queue.pendingBytes,
    shardCount: queue.shards,
    lastError: queue.lastError === '' ? null : queue.lastError,
    lastErrorAt: queue.lastErrorAt === 0 ? null : queue.lastErrorAt,
  };
}

function describeSettings(parts: Parts): Settings {
  const { config, loadedAt, faults } = parts.configControl.state();
  return {
    config: {
      file: config.file ?? null,
      text: redactSecrets(config.text),
      loadedAt,
      faults: [...faults],
      ignored: [...config.ignored],
      advice: [...config.advice],
    },
    services: config.services.map(({ name, owner, selectors }) => ({
      name,
      owner: owner === '' ? null : owner,
      match: selectors.map((matchers) => `{${matchers.map(formatMatcher).join(', ')}}`),
    })),
    escalationPolicies: config.policies.map(({ name, steps }) => ({
      name,
      steps: steps.map(({ notify, waitMs }) => ({ notify: [...notify], waitMs })),
    })),
    webhooks: config.channels.webhooks.map(({ name, url }) => ({ name, url: hideSecrets(url) })),
    emails: config.channels.emails.map(({ name, to }) => ({ name, to: [...to] })),
    smtp: config.channels.smtp === undefined ? null : formatServer(config.channels.smtp),
    ruleFiles: listRuleFiles(config).map(({ file, groups }) => ({
      file,
      groupCount: groups.length,
      ruleCount: groups.reduce((sum, { rules }) => sum + rules.length, 0),
    })),
  };
}

function listTargets({ scrape, catalog, options }: Parts): TargetList {
  const targets = scrape
    .targets()
    .map((target): TargetView => viewTarget(target, catalog.serviceOf(target.labels)?.name));
  const droppedCount = [...scrape.droppedTargetCounts().values()].reduce(
    (sum, count) => sum + count,
    0,
  );
  const dropped = scrape
    .droppedTargets()
    .slice(0, DROPPED_MAX)
    .map(({ scrapePool, discoveredLabels, reason }) => ({
      job: scrapePool,
      discoveredLabels: labelsRecord(discoveredLabels),
      reason: reason ?? null,
    }));
  return { now: options.clock.now(), targets, dropped, droppedCount, shard: viewShard(scrape) };
}

function viewShard(scrape: ScrapeManager): TargetShard | null {
  const counts = scrape.shardCounts();
  if (counts === undefined) return null;
  const { name, replicationFactor, targetCounts } = counts;
  const members = [...targetCounts].map(([member, count]) => ({
    name: member,
    targetCount: count,
  }));
  return { name, replicationFactor, members };
}

function viewTarget(target: ScrapedTarget, service: string | undefined): TargetView {
  return {
    job: target.scrapePool,
    instance: labelValue(target.labels, 'instance'),
    service: service ?? null,
    url: target.scrapeUrl,
    labels: labelsRecord(target.labels),
    discoveredLabels: labelsRecord(target.discoveredLabels),
    health: target.health,
    lastError: target.lastError === '' ? null : target.lastError,
    lastScrapeAt: target.lastScrapeAt ?? null,
    lastScrapeDurationMs: target.lastScrapeAt === undefined ? null : target.lastScrapeDurationMs,
    sampleCount: target.keptCount,
    bodyBytes: target.bodyBytes,
    intervalMs: target.intervalMs,
    timeoutMs: target.timeoutMs,
  };
}
