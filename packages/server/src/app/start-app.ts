/**
 * Builds the program, starts it in order, and stops it in reverse.
 *
 * This is the only place that knows all modules; what each needs it gets here, as arguments.
 */
import { setImmediate } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { type AlertEvents, type Alerts, openAlerts } from '../alerts/index.ts';
import type { Backups } from '../backup/index.ts';
import { type Boards, createBoardFiles, createBoards } from '../boards/index.ts';
import { type Catalog, createCatalog } from '../catalog/index.ts';
import { VERSION } from '../cli/index.ts';
import type { Database } from '../database/index.ts';
import {
  createEventHub,
  EVENT_HEARTBEAT_MS,
  type EventHub,
  type NotificationHub,
} from '../http/index.ts';
import { createHostCollector, createSystemHost, type HostCollector } from '../host/index.ts';
import { createIdentity, type Identity } from '../identity/index.ts';
import {
  channelNames,
  type Channels,
  createChannels,
  createHttpPoster,
  createMailSender,
  createNotifier,
  createNotifyMetrics,
  createProofStore,
  type Notifier,
  openProofs,
  type Proofs,
} from '../notify/index.ts';
import {
  type Clock,
  createEventBus,
  createIdSource,
  createScheduler,
  describeError,
  type EventBus,
  type Log,
  type Random,
  type Scheduler,
} from '../platform/index.ts';
import type { QueryEngine } from '../promql/index.ts';
import { createRuleManager, type RuleManager } from '../rules/index.ts';
import { createScrapeManager, type FetchBody, type ScrapeManager } from '../scrape/index.ts';
import { createSignals, type Signals } from '../signals/index.ts';
import { createSlos, type Slos } from '../slo/index.ts';
import type { Tsdb } from '../tsdb/index.ts';
import { type BrowserChannel, createBrowserChannel } from './browser-page.ts';
import { createAppBackups } from './app-backups.ts';
import { createAppNotices } from './app-notices.ts';
import { createAppQueries } from './app-queries.ts';
import { type AppRemote, createAppRemote } from './app-remote.ts';
import type { Config } from './config.ts';
import { type ConfigControl, createConfigControl } from './config-control.ts';
import { sayDiscoveries } from './discovery-notice.ts';
import { findRule } from './find-rule.ts';
import type { Notices } from './notices.ts';
import { addOwnMetrics, countTaskFailures } from './own-metrics.ts';
import type { QueryRecord } from './queried-metrics.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { QuerySources } from './query-sources.ts';
import { createProbes, type Probes } from './probes.ts';
import type { QueryRunner } from './query-runner.ts';
import { createEvaluate, createEvaluateRule } from './rule-evaluation.ts';
import { createRuleWatch } from './rule-watch.ts';
import { createHostFetch, createSelfFetch, HOST_JOB, SELF_JOB } from './self-scrape.ts';
import { addProcessMetrics } from './self-metrics.ts';
import { createBlockWatch, createDiskWatch, createSeriesWatch } from './self-watch.ts';
import { type AppSilences, createAppSilences } from './silences.ts';
import { startSpareThread } from './spare-thread.ts';
import { openRecords, openSeries } from './stores.ts';
import type { TappedStore } from './tapped-store.ts';
import { QUERY_WORKER } from './worker-entries.ts';

/** A page waits for the next tick, so this is part of how late a page is. */
const ALERT_TICK_MS = 200;
/** The promise is once a second, with the flush itself on top. */
const FLUSH_MS = 500;
const MAINTAIN_MS = 1_000;
const DISK_WATCH_MS = 2_000;
const SERIES_WATCH_MS = 10_000;
/** What a kill loses of what was asked for. */
const QUERY_RECORD_MS = 60_000;
/** Mends what a write whose answer got lost left between rules and alerts. */
const AUDIT_MS = 60_000;
/** The book's interval for spikes. */
const HOST_SAMPLE_MS = 1_000;
/** A reminder comes minutes before the end. */
const SILENCE_WATCH_MS = 15_000;
/** A rule that fails for this long is no hiccup of one evaluation. */
const RULE_WATCH_MS = 30_000;

export interface AppOptions {
  readonly config: Config;
  /** Absolute, and locked by us. */
  readonly dataDir: string;
  /** The series, where they are being read since before the configuration was. */
  readonly ahead?: ReadAhead | undefined;
  /** Of the metrics that the server tells of itself. */
  readonly registry: Registry;
  readonly externalUrl: string;
  readonly isAuthRequired: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** All that was built, for those who wire routes to it. */
export interface Parts {
  readonly options: AppOptions;
  readonly registry: Registry;
  readonly database: Database;
  readonly identity: Identity;
  readonly tsdb: Tsdb;
  /** For what the server asks itself, in its own thread; everybody else asks `queries`. */
  readonly engine: QueryEngine;
  readonly queries: QueryRunner;
  /** Other servers, whose series take part in what clients ask. */
  readonly sources: QuerySources;
  readonly queryRecord: QueryRecord;
  readonly catalog: Catalog;
  readonly hub: EventHub;
  readonly alerts: Alerts;
  readonly channels: Channels;
  readonly rules: RuleManager;
  readonly scrape: ScrapeManager;
  readonly probes: Probes;
  readonly remote: AppRemote;
  readonly signals: Signals;
  readonly slos: Slos;
  readonly boards: Boards;
  readonly silences: AppSilences;
  readonly notices: Notices;
  readonly notifications: NotificationHub;
  readonly configControl: ConfigControl;
  readonly backups: Backups;
  readonly host: HostCollector;
  readonly freeBytes: () => number;
  readonly startedAt: number;
}

export interface App {
  readonly parts: Parts;
  /** Begins to scrape, to evaluate and to deliver. */
  start(): Promise<void>;
  /** Stops in reverse order; what fails to stop does not keep the rest from it. */
  stop(): Promise<void>;
}

/**
 * Opens the stores and builds everything on them; nothing runs before `start`. When a step fails,
 * what the steps before it opened is closed again: an open store keeps the process alive.
 */
export async function buildApp(options: AppOptions): Promise<App> {
  await using opened = new AsyncDisposableStack();
  const { clock, log, random } = options;
  const { registry } = options;
  addProcessMetrics(registry, VERSION);
  const bus = createEventBus<AlertEvents>((error) => {
    log.error('an event listener failed', { error: describeError(error) });
  });
  // First what needs no series: they are being read meanwhile, where they are many.
  const database = await openRecords(options, opened);
  // What is in force is known once it can be asked.
  const later: { rules?: RuleManager; scrape?: ScrapeManager; configControl?: ConfigControl } = {};
  const inForce = (): Config => later.configControl?.state().config ?? options.config;
  const identity = createIdentity({ database, clock, random, log });
  const catalog = createCatalog();
  // Alerts show their rules, and rules keep their state in alerts: one of them comes second.
  const find = (key: string) => findRule(later.rules, key);
  const paging = await openPaging({ options, registry, database, catalog, bus, findRule: find });
  const { hub, notifier, alerts, channels } = paging;
  opened.defer(() => channels.stop());
  const { notices, notifications } = createAppNotices(clock, hub);
  opened.defer(async () => alerts.worker.stop());
  const silences = await createAppSilences({ options, database, alerts, hub, notices });
  const host = createHostCollector({ reader: createSystemHost(clock), clock });
  // Queries over many series go to threads, come as soon as the server is there, and would wait for one.
  const spare = options.ahead && startSpareThread(QUERY_WORKER);
  opened.defer(async () => spare?.stop());
  const { tsdb, freeBytes } = await openSeries(options, opened);
  const reading = await createAppQueries({ options, tsdb, inForce, spare });
  const { engine, sources, queries, queryRecord } = reading;
  opened.defer(() => sources.close());
  opened.defer(async () => queries.close());
  const metadata = () => later.scrape?.metadata() ?? [];
  const remote = createAppRemote({ options, tsdb, registry, notices, metadata });
  opened.defer(async () => remote.sender.stop());
  const { store } = remote;
  const rules = createAppRules({ options, engine, queries, store, alerts });
  later.rules = rules;
  opened.defer(async () => rules.stop());
  const probes = createProbes({ clock, config: inForce });
  const fetchers: Record<string, FetchBody> = {};
  const scrape = createAppScrape({ options, store, hub, fetchers, notices });
  later.scrape = scrape;
  opened.defer(async () => scrape.stop());
  const signals = createAppSignals({ options, engine, tsdb, catalog, scrape });
  opened.defer(async () => signals.stop());
  const ownFetchers = new Map([
    [SELF_JOB, createSelfFetch(registry)],
    [HOST_JOB, createHostFetch(host)],
  ]);
  const slos = createAppSlos({ options, tsdb, store, catalog, rules, scrape, registry });
  const asked = { alerts, channels, rules, scrape, signals, slos, boards: createAppBoards(hub) };
  const shared = { options, catalog, ...asked, silences, hub, notices, probes };
  const configControl = createConfigControl({ ...shared, remote, notifier, fetchers, ownFetchers });
  later.configControl = configControl;
  addOwnMetrics(registry, {
    tsdb,
    scrape,
    rules,
    queries,
    sources,
    hub,
    freeBytes,
    configState: () => configControl.state(),
  });
  const stores = { database, tsdb, freeBytes };
  const backups = createAppBackups({ options, ...stores, configControl });
  opened.defer(async () => backups.stop());
  const querying = { engine, queries, queryRecord, sources };
  const built = { host, remote, registry, identity, ...querying, configControl, backups };
  const own = { ...built, notifications, startedAt: clock.now() };
  return createApp({ ...shared, ...stores, ...own }, bus, opened.move());
}

/** Alerts with their way to people: browsers tell alerts of themselves, and alerts page browsers. */
async function openPaging(input: {
  readonly options: AppOptions;
  readonly registry: Registry;
  readonly database: Database;
  readonly catalog: Catalog;
  readonly bus: EventBus<AlertEvents>;
  readonly findRule: (key: string) => ReturnType<typeof findRule>;
}): Promise<Pick<Parts, 'hub' | 'alerts' | 'channels'> & { readonly notifier: Notifier }> {
  const { options, registry, bus } = input;
  const later: { alerts?: Alerts } = {};
  const onReader = (login: string) => later.alerts?.worker.noteBrowser(login);
  const hub = createEventHub({ clock: options.clock, version: VERSION, onReader });
  const browser = createBrowserChannel(hub);
  const { clock, log, random } = options;
  const proofs = await openProofs({ store: createProofStore(input.database), clock, log });
  const notifier = createAppNotifier({ options, registry, browser, proofs });
  const createId = createIdSource(clock, random);
  const channels = createChannels({ notifier, proofs, clock, log, createId });
  const alerts = await openAlerts({
    ...input,
    ...options,
    notifier,
    policies: options.config.policies,
    channels: channelNames(options.config.channels),
    events: bus,
    takeBrowserHops: (pageId) => browser.takeHops(pageId),
  });
  later.alerts = alerts;
  return { hub, notifier, alerts, channels };
}

function createAppScrape(input: {
  readonly options: AppOptions;
  readonly store: TappedStore;
  readonly hub: EventHub;
  readonly fetchers: Record<string, FetchBody>;
  readonly notices: Notices;
}): ScrapeManager {
  const { options, store, hub, fetchers, notices } = input;
  const scrape: ScrapeManager = createScrapeManager({
    ...options,
    appender: store,
    version: VERSION,
    fetchers,
    onHealthChange: ({ target }) => hub.publish({ type: 'target.changed', job: target.scrapePool }),
    onTargetsChange: (job) => hub.publish({ type: 'target.changed', job }),
    onDiscoveryState: () => sayDiscoveries(notices, scrape.discoveries(), options.clock.now()),
  });
  return scrape;
}

function createAppNotifier(input: {
  readonly options: AppOptions;
  readonly registry: Registry;
  readonly browser: BrowserChannel;
  readonly proofs: Proofs;
}): Notifier {
  const { options, registry, browser, proofs } = input;
  const { clock, log, externalUrl } = options;
  return createNotifier({
    hub: browser,
    post: createHttpPoster({ clock }),
    sendMail: createMailSender({ clock }),
    clock,
    log,
    metrics: createNotifyMetrics(registry),
    onDelivered: (channel) => proofs.noteDelivery(channel),
    externalUrl,
  });
}

function createAppRules(input: {
  readonly options: AppOptions;
  readonly engine: QueryEngine;
  readonly queries: QueryRunner;
  readonly store: TappedStore;
  readonly alerts: Alerts;
}): RuleManager {
  const { options, engine, queries, store, alerts } = input;
  return createRuleManager({
    evaluate: createEvaluate(engine),
    evaluateRule: createEvaluateRule(queries),
    write: (samples) => void store.writeSamples(samples),
    async persist(transitions) {
      await alerts.service.applyTransitions(transitions);
      alerts.worker.sendNow();
    },
    restore: async () => alerts.service.listActive(),
    clock: options.clock,
    log: options.log,
    externalUrl: options.externalUrl,
    // A thousand rules in one turn would keep pages and requests waiting.
    pause: async () => setImmediate(),
  });
}

function createAppSignals(
  input: Pick<Parts, 'options' | 'engine' | 'tsdb' | 'catalog' | 'scrape'>,
): Signals {
  const { options, engine, tsdb, catalog, scrape } = input;
  return createSignals({
    engine,
    index: tsdb,
    catalog,
    targets: () => scrape.targets(),
    clock: options.clock,
    log: options.log,
    pause: async () => setImmediate(),
  });
}

function createAppBoards(hub: EventHub): Boards {
  const onChange = (): void => hub.publish({ type: 'config.changed' });
  return createBoards({ files: createBoardFiles(), onChange });
}

function createAppSlos(
  input: Pick<Parts, 'options' | 'tsdb' | 'catalog' | 'rules' | 'scrape' | 'registry'> & {
    readonly store: TappedStore;
  },
): Slos {
  const { options, tsdb, store, catalog, rules, scrape, registry } = input;
  return createSlos({
    store: {
      select: (range) => tsdb.select(range),
      write: (samples) => void store.writeSamples(samples),
      retentionMs: options.config.storage.retentionMs,
    },
    catalog,
    clock: options.clock,
    registry,
    groups: () => rules.groups(),
    scrapeTimeoutMs() {
      const timeouts = scrape.targets().map(({ timeoutMs }) => timeoutMs);
      return timeouts.length === 0 ? undefined : Math.max(...timeouts);
    },
    pause: async () => setImmediate(),
  });
}

function createApp(parts: Parts, bus: EventBus<AlertEvents>, opened: AsyncDisposableStack): App {
  const { rules, hub, configControl } = parts;
  const { clock, log } = parts.options;
  const scheduler = createScheduler(clock, log, countTaskFailures(parts.registry));
  opened.defer(async () => scheduler.stop());
  return {
    parts,
    async start() {
      const publish = ({ alertId }: { readonly alertId: string }): void =>
        hub.publish({ type: 'alert.changed', alertId });
      bus.subscribe('alert.changed', publish);
      bus.subscribe('page.changed', publish);
      await configControl.applyFirst();
      rules.start();
      scheduleWork(scheduler, parts);
    },
    stop: async () => opened.disposeAsync(),
  };
}

function scheduleWork(scheduler: Scheduler, parts: Parts): void {
  const { alerts, tsdb, hub, notices, freeBytes, options, remote } = parts;
  const { clock, dataDir } = options;
  const watchDisk = createDiskWatch({ dataDir, freeBytes, alerts, notices });
  const watchSeries = createSeriesWatch({ offenders: () => tsdb.offenders(), notices });
  const unreadable = () => tsdb.stats().unreadableBlocks;
  const watchBlocks = createBlockWatch({ unreadable, notices });
  const tasks = [
    {
      name: 'deliver pages',
      intervalMs: ALERT_TICK_MS,
      run: async () => alerts.worker.tick(clock.now()),
    },
    { name: 'flush series', intervalMs: FLUSH_MS, run: async () => tsdb.flush() },
    {
      name: 'maintain series',
      intervalMs: MAINTAIN_MS,
      run: async () => tsdb.maintain(clock.now()),
    },
    {
      name: 'sample the CPU',
      intervalMs: HOST_SAMPLE_MS,
      run: async () => parts.host.sample(),
    },
    {
      name: 'count objectives',
      intervalMs: parts.slos.worker.intervalMs,
      firstDelayMs: 0,
      run: async () => parts.slos.worker.tick(),
    },
    { name: 'watch series', intervalMs: SERIES_WATCH_MS, run: watchSeries },
    { name: 'watch blocks', intervalMs: SERIES_WATCH_MS, run: async () => watchBlocks() },
    {
      name: 'note what is queried',
      intervalMs: QUERY_RECORD_MS,
      run: async () => parts.queryRecord.flush(),
    },
    {
      name: 'cut the log of remote write',
      intervalMs: FLUSH_MS,
      run: async () => remote.maintain(),
    },
    { name: 'watch the disk', intervalMs: DISK_WATCH_MS, run: watchDisk },
    {
      name: 'watch rules',
      intervalMs: RULE_WATCH_MS,
      run: createRuleWatch({ rules: parts.rules, internal: alerts.internal }),
    },
    {
      name: 'watch silences',
      intervalMs: SILENCE_WATCH_MS,
      run: async () => parts.silences.watch(),
    },
    {
      name: 'audit alerts',
      intervalMs: AUDIT_MS,
      run: async () => alerts.audit(listEvaluated(parts.rules)),
    },
    {
      name: 'heartbeat',
      intervalMs: EVENT_HEARTBEAT_MS,
      run: async () => void (await Promise.all([hub.heartbeat(), parts.notifications.heartbeat()])),
    },
  ];
  for (const task of tasks) scheduler.every(task);
}

/** What each alerting rule holds active, once it has said so in this process. */
function listEvaluated(rules: RuleManager): Parameters<Alerts['audit']>[0] {
  return rules
    .groups()
    .flatMap((group) => group.rules)
    .filter(({ kind, lastEvaluationAt }) => kind === 'alert' && lastEvaluationAt !== undefined)
    .map((rule) => ({ ruleKey: rule.key, active: rule.alerts }));
}
