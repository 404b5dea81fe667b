/** Mounts everything that is answered over HTTP. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Authenticate,
  createHostGuard,
  createHttpMetrics,
  createHttpServer,
  type OwnHandlers,
  type HttpServer,
  type ListNames,
  mountBackupRoute,
  mountAlertmanagerRoutes,
  mountEventRoute,
  mountFederateRoute,
  mountHealthRoutes,
  mountNotificationRoutes,
  mountOwnRoutes,
  mountPageRoute,
  mountProbeRoute,
  mountPrometheusRoutes,
  mountRemoteRoutes,
  mountPrometheusStoreRoutes,
  mountSearchRoutes,
} from '../http/index.ts';
import type { Registry } from 'prom-client';
import type { Actor, Log } from '../platform/index.ts';
import type { Queryable } from '../promql/index.ts';
import type { Config } from './config.ts';
import { createHandlers } from './handlers.ts';
import {
  describeMetrics,
  viewAlerts,
  viewMetadata,
  viewRules,
  viewTargets,
} from './prometheus-views.ts';
import { formatOpenMetrics } from './openmetrics.ts';
import { createNameLists } from './name-lists.ts';
import { createPrometheusStore } from './prometheus-store.ts';
import { createPrometheusStatus } from './prometheus-status.ts';
import { sourcesOf } from './query-sources.ts';
import type { Parts } from './start-app.ts';

/** What `vite build` makes; a packed release has it too. */
const PAGE_DIR = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/** Who acts with the token that the server leaves in its own data folder. */
const LOCAL_OPERATOR: Actor = {
  id: 'local',
  name: 'local',
  displayName: 'local operator',
  role: 'admin',
};
/** Who acts with `--auth none`. */
const ANYBODY: Actor = {
  id: 'anybody',
  name: 'anybody',
  displayName: 'somebody on this machine',
  role: 'admin',
};

/** What is known before anything is opened. */
export interface FrontOptions {
  readonly config: Config;
  readonly registry: Registry;
  readonly log: Log;
  readonly isAuthRequired: boolean;
  readonly externalUrl: string;
  /** What is still missing before requests are answered in full; undefined: nothing. */
  readonly notReady: () => string | undefined;
  /** Whether all is built; until then most requests are answered that the server is starting. */
  readonly isBuilt: () => boolean;
  /** What is asked by requests only: they are answered when all is built. */
  readonly parts: () => Parts;
}

/** Builds the server with all of its routes; it does not listen yet. */
export async function createFront(
  options: FrontOptions,
  authenticate: Authenticate,
): Promise<HttpServer> {
  const { config, registry, log, isAuthRequired, externalUrl, parts } = options;
  const { tls, trustedProxies } = config.server;
  const server = createHttpServer({
    log,
    guard: createHostGuard({ isAuthRequired, externalUrl }),
    authenticate,
    tls: tls && readTls(tls),
    trustedProxies,
    isStarting: () => !options.isBuilt(),
    metrics: createHttpMetrics(registry),
  });
  mountHealthRoutes(server, {
    notReady: options.notReady,
    reload: async () => parts().configControl.reload(),
    metrics: async (isOpenMetrics) =>
      isOpenMetrics ? formatOpenMetrics(await registry.getMetricsAsJSON()) : registry.metrics(),
  });
  await mountPageRoute(server, PAGE_DIR);
  await mountRoutes(server, options, authenticate);
  return server;
}

/**
 * Mounts all other routes. What answers them may be built later: a route costs half a millisecond of a
 * start, which has nothing else to do while the series are being read.
 */
async function mountRoutes(
  server: HttpServer,
  { log, parts }: FrontOptions,
  authenticate: Authenticate,
): Promise<void> {
  mountPrometheusRoutes(server, {
    answerQuery: async (question, asker) => parts().queries.answer(question, asker),
    listNames: (question, signal) =>
      listNamesOf(parts(), parts().queryRecord.noting())(question, signal),
    exemplars: (range) => parts().tsdb.exemplars(range),
    now: () => parts().options.clock.now(),
    targets: (params) => viewTargets(parts().scrape, params),
    rules: (params) => viewRules(parts().rules, params),
    alerts: () => viewAlerts(parts().rules),
    metadata: (params) =>
      viewMetadata([...parts().scrape.metadata(), ...parts().remote.metadata()], params),
    status: createPrometheusStatus(parts),
  });
  mountNotificationRoutes(server, { notifications: () => parts().notifications, authenticate });
  mountPrometheusStoreRoutes(server, createPrometheusStore(parts));
  mountSearchRoutes(server, {
    listNames: (question, signal) => listNamesOf(parts(), parts().tsdb)(question, signal),
    describeMetrics: () => describeMetrics(parts().scrape),
  });
  mountFederateRoute(server, {
    queryable: () => parts().queryRecord.noting(),
    now: () => parts().options.clock.now(),
    externalLabels: () => parts().configControl.state().config.global.externalLabels,
  });
  mountProbeRoute(server, { ask: async (request) => parts().probes.ask(request) });
  mountRemoteRoutes(server, {
    receive: async (request) => parts().remote.receiver.receive(request),
    answerRead: async (question) => parts().remote.answerRead(question),
    receiveOtlp: async (request) => parts().remote.otlp.receive(request),
    log,
  });
  await mountAlertmanagerRoutes(server, {
    takePosted: async (body, sender) => parts().alerts.receiver.takePosted(body, sender),
    takeNotified: async (body, sender) => parts().alerts.receiver.takeNotified(body, sender),
    silences: {
      silences: (parameters) => parts().silences.api.silences(parameters),
      silence: (id) => parts().silences.api.silence(id),
      postSilence: async (body, who) => parts().silences.api.postSilence(body, who),
      deleteSilence: async (id, who) => parts().silences.api.deleteSilence(id, who),
    },
  });
  let handlers: OwnHandlers | undefined;
  mountOwnRoutes(server, () => (handlers ??= createHandlers(parts())));
  mountEventRoute(server, { hub: () => parts().hub, authenticate });
  mountBackupRoute(server, async (signal) => parts().backups.open(signal));
}

function readTls(files: { readonly certFile: string; readonly keyFile: string }) {
  return {
    cert: readFileSync(files.certFile, 'utf8'),
    key: readFileSync(files.keyFile, 'utf8'),
  };
}

function listNamesOf({ sources, configControl }: Parts, queryable: Queryable): ListNames {
  const config = () => sourcesOf(configControl.state().config);
  return createNameLists({ queryable, sources, config });
}

/** Finds out who sends a request. */
export function createAuthenticate({
  isAuthRequired,
  localToken,
  parts,
}: Pick<FrontOptions, 'isAuthRequired' | 'parts'> & {
  readonly localToken: string;
}): Authenticate {
  const local = digest(localToken);
  return async ({ apiToken, sessionToken }) => {
    if (!isAuthRequired) return ANYBODY;
    if (apiToken !== undefined && timingSafeEqual(digest(apiToken), local)) return LOCAL_OPERATOR;
    if (apiToken === undefined && sessionToken === undefined) return undefined;
    return parts().identity.authenticate({ apiToken, sessionToken });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
