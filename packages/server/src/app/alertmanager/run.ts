/** `nines alertmanager`: the drop-in for the Alertmanager binary (ADR 125). */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import {
  type Alertmanager,
  type AlertmanagerMessages,
  type AlertmanagerMetrics,
  createAlertmanagerMetrics,
  createAlertmanagerStore,
  loadAlertmanagerMessages,
  openAlertmanager,
  planConfig,
} from '../../alertmanager/index.ts';
import { type AlertmanagerRunOptions, EXIT, type ExitCode, VERSION } from '../../cli/index.ts';
import { openDatabase } from '../../database/index.ts';
import {
  createHostGuard,
  createHttpMetrics,
  createHttpServer,
  type HttpServer,
  loadAlertmanagerApi,
} from '../../http/index.ts';
import { createRawMailSender } from '../../notify/index.ts';
import {
  type Actor,
  type Clock,
  createLog,
  createScheduler,
  createSecureRandom,
  createSystemClock,
  errorMessage,
  invalid,
  type Log,
} from '../../platform/index.ts';
import { openRecordsFolder } from '../data-folder.ts';
import { releaseHeap } from '../heap-growth.ts';
import { type Address, cannotListen, parseAddress, resolveAddress } from '../listen-address.ts';
import { formatOpenMetrics } from '../openmetrics.ts';
import { endAtOnce, limitStop, listenForHangups, waitForStop } from '../process-signals.ts';
import { addProcessMetrics } from '../self-metrics.ts';
import { DATABASE_WORKER } from '../worker-entries.ts';
import { createAnswers } from './answers.ts';
import { type OpenedPeers, openPeers } from './cluster.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { createSender } from './send.ts';

const LISTEN_OPTION = '--web.listen-address';
/** As with Alertmanager, nobody signs in: whoever reaches it may use all of it. */
const ANYBODY: Actor = {
  id: 'anybody',
  name: 'anybody',
  displayName: 'anybody',
  role: 'viewer',
};
/** Of the five seconds that a stop may take, the part for deliveries under way. */
const DELIVERY_STOP_MS = 3_000;

/** Runs until a signal ends it. What was opened by then is closed, in reverse order. */
export async function runAlertmanager(options: AlertmanagerRunOptions): Promise<ExitCode> {
  const clock = createSystemClock();
  const log = createLog({ clock, level: options.logLevel, write: options.stderr });
  process.on('uncaughtException', (error, origin) => endAtOnce(log, error, origin));
  const hangups = listenForHangups(log);
  const messages = await loadAlertmanagerMessages();
  const loaded = loadConfig(options.configFile, messages);
  const asked = options.listen.map((text) => parseAddress(text, '127.0.0.1:9093'));
  const addresses = await Promise.all(asked.map((one) => resolveAddress(one, LISTEN_OPTION)));
  const { externalUrl, prefix } = chooseUrl(options, addresses[0].port);
  sayIgnored(options, log);
  sayRemarks(loaded, log);
  await using opened = new AsyncDisposableStack();
  const running = await open({ options, loaded, messages, externalUrl, clock, log }, opened);
  const { engine, control, registry } = running;
  let missing: string | undefined = 'it is starting';
  const answers = createAnswers({
    engine,
    clock,
    metrics: running.metrics,
    exposition: async (isOpenMetrics) =>
      isOpenMetrics ? formatOpenMetrics(await registry.getMetricsAsJSON()) : registry.metrics(),
    control,
    clusterStatus: () => running.peers.status(),
    notReady: () => missing ?? running.peers.notReady(),
  });
  const { mountAlertmanagerApi } = await loadAlertmanagerApi();
  opened.defer(() => limitStop(log));
  for (const address of addresses) {
    const server = createHttpServer({
      log,
      guard: createHostGuard({ isAuthRequired: true, externalUrl }),
      authenticate: async () => ANYBODY,
      tls: undefined,
      trustedProxies: [],
      metrics: running.httpMetrics,
    });
    opened.defer(async () => server.close());
    await mountAlertmanagerApi(server, answers, prefix);
    await listen(server, address);
    const bound = address.host.includes(':') ? `[${address.host}]` : address.host;
    log.info('Listening on', { address: `${bound}:${address.port}` });
  }
  hangups.reloadWith(async () => control.reload());
  const stopped = waitForStop();
  await running.peers.start(engine);
  missing = undefined;
  releaseHeap();
  log.info('stopping', { signal: await stopped });
  missing = 'it is stopping';
  return EXIT.ok;
}

/** The configuration in force. */
export interface ConfigControl {
  state(): LoadedConfig;
  /** Reads the file again; throws `CONFIG_REFUSED`, and all stays as it is. */
  reload(): void;
}

interface Running {
  readonly engine: Alertmanager;
  readonly control: ConfigControl;
  readonly registry: Registry;
  readonly metrics: AlertmanagerMetrics;
  readonly httpMetrics: ReturnType<typeof createHttpMetrics>;
  readonly peers: OpenedPeers;
}

async function open(
  what: {
    readonly options: AlertmanagerRunOptions;
    readonly loaded: LoadedConfig;
    readonly messages: AlertmanagerMessages;
    readonly externalUrl: string;
    readonly clock: Clock;
    readonly log: Log;
  },
  opened: AsyncDisposableStack,
): Promise<Running> {
  const { options, messages, externalUrl, clock, log } = what;
  let { loaded } = what;
  const folder = openRecordsFolder(options.storagePath, '--storage.path');
  opened.defer(() => folder.release());
  const at = { file: join(folder.dir, 'nines.db') };
  const database = await openDatabase({ at, writerEntry: DATABASE_WORKER, clock, log });
  opened.defer(async () => database.close());
  const registry = new Registry();
  addProcessMetrics(registry, VERSION);
  const metrics = createAlertmanagerMetrics(registry);
  const random = createSecureRandom();
  const peers = await openPeers(options.cluster, { clock, random, log, registry }, opened);
  const engine = await openAlertmanager({
    plan: planConfig(loaded.config),
    store: createAlertmanagerStore(database),
    send: createSender({
      loaded: () => loaded,
      clock,
      externalUrl,
      hostname: hostname(),
      sendRawMail: createRawMailSender({ clock }),
      messages,
    }),
    peers: peers.peers,
    clock,
    random,
    log,
    metrics,
    retentionMs: options.retentionMs,
    stopMs: DELIVERY_STOP_MS,
  });
  opened.defer(async () => engine.stop());
  metrics.noteReload(true, clock.now());
  const scheduler = createScheduler(clock, log);
  opened.defer(async () => scheduler.stop());
  const { maintenanceIntervalMs: intervalMs } = options;
  scheduler.every({ name: 'maintenance', intervalMs, run: async () => engine.collect() });
  const reload = (): void => {
    try {
      loaded = loadConfig(options.configFile, messages);
    } catch (error) {
      metrics.noteReload(false, clock.now());
      const fields = { file: options.configFile, error: errorMessage(error) };
      log.error('Loading configuration file failed; the one before stays in force', fields);
      throw error;
    }
    engine.apply(planConfig(loaded.config));
    sayRemarks(loaded, log);
    metrics.noteReload(true, clock.now());
    log.info('Completed loading of configuration file', { file: options.configFile });
  };
  const control: ConfigControl = { state: () => loaded, reload };
  return { engine, control, registry, metrics, peers, httpMetrics: createHttpMetrics(registry) };
}

/** Links begin with the external URL; its path is where the routes are, unless a prefix says so. */
function chooseUrl(
  { externalUrl, routePrefix }: AlertmanagerRunOptions,
  port: number,
): { readonly externalUrl: string; readonly prefix: string } {
  const url = URL.parse(externalUrl ?? `http://${hostname()}:${port}`);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    const message = `cannot use "${externalUrl}" as --web.external-url; want one such as https://alerts.example.com`;
    throw invalid('EXTERNAL_URL_INVALID', message);
  }
  const path = url.pathname.replace(/\/+$/, '');
  const prefix = (routePrefix ?? path).replace(/^\/*/, '/').replace(/\/+$/, '');
  return { externalUrl: `${url.origin}${path}`, prefix };
}

function sayIgnored({ ignored }: AlertmanagerRunOptions, log: Log): void {
  if (ignored.length > 0) {
    log.info('flags of Alertmanager without an effect here', { flags: ignored.join(' ') });
  }
}

/** Who brings an alertmanager.yml along must not believe in a part that does nothing here. */
function sayRemarks({ remarks }: LoadedConfig, log: Log): void {
  if (remarks.length === 0) return;
  const parts = remarks.join(' | ');
  log.warn('parts of the configuration have no effect, or not the one they seem to', { parts });
}

async function listen(server: HttpServer, address: Address): Promise<void> {
  try {
    await server.listen({ ...address });
  } catch (cause) {
    throw cannotListen(address, cause, LISTEN_OPTION);
  }
}
