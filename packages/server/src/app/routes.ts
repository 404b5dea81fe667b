/** Mounts everything that is answered over HTTP. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../cli/index.ts';
import {
  type Authenticate,
  createHostGuard,
  createHttpServer,
  mountEventRoute,
  mountHealthRoutes,
  mountOwnRoutes,
  mountPageRoute,
  mountPrometheusRoutes,
} from '../http/index.ts';
import type { Actor } from '../platform/index.ts';
import { createHandlers } from './handlers.ts';
import { viewAlerts, viewMetadata, viewRules, viewTargets } from './prometheus-views.ts';
import type { Parts } from './start-app.ts';

/** What `vite build` makes; a packed release has it too. */
const PAGE_DIR = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/** Who acts with the token that the server leaves in its own data folder. */
const LOCAL_OPERATOR: Actor = { id: 'local', displayName: 'local operator' };
/** Who acts with `--auth none`. */
const ANYBODY: Actor = { id: 'anybody', displayName: 'somebody on this machine' };

/** Builds the server with all routes, not yet listening. */
export async function createRoutes(
  parts: Parts,
  options: { readonly localToken: string; readonly onBug: (error: unknown) => void },
): Promise<FastifyInstance> {
  const { config } = parts.configControl.state();
  const { tls, trustedProxies } = config.server;
  const { isAuthRequired, externalUrl, log } = parts.options;
  const server = createHttpServer({
    log,
    guard: createHostGuard({ isAuthRequired, externalUrl }),
    authenticate: createAuthenticate(parts, options.localToken),
    tls:
      tls === undefined
        ? undefined
        : { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') },
    trustedProxies,
    onBug: options.onBug,
  });
  mountHealthRoutes(server, {
    notReady: () => undefined,
    reload: async () => parts.configControl.reload(),
    metrics: async () => parts.registry.metrics(),
  });
  mountPrometheusRoutes(server, {
    engine: parts.engine,
    queryable: parts.tsdb,
    now: () => parts.options.clock.now(),
    version: VERSION,
    targets: (params) => viewTargets(parts.scrape, params),
    rules: (params) => viewRules(parts.rules, params),
    alerts: () => viewAlerts(parts.rules),
    metadata: (params) => viewMetadata(parts.scrape, params),
  });
  mountOwnRoutes(server, createHandlers(parts));
  mountEventRoute(server, parts.hub);
  await mountPageRoute(server, PAGE_DIR);
  return server;
}

function createAuthenticate({ identity, options }: Parts, localToken: string): Authenticate {
  const local = digest(localToken);
  return async ({ apiToken, sessionToken }) => {
    if (!options.isAuthRequired) return ANYBODY;
    if (apiToken !== undefined && timingSafeEqual(digest(apiToken), local)) return LOCAL_OPERATOR;
    if (apiToken === undefined && sessionToken === undefined) return undefined;
    return identity.authenticate({ apiToken, sessionToken });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
