import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { API_PREFIX, BACKUP_PATH, EVENTS_PATH, PATHS, type RouteName } from '@nines/contract';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { Registry } from 'prom-client';
import {
  createSilentLog,
  findRole,
  isRoleEnough,
  limitExceeded,
  ROLES,
} from '../platform/index.ts';
import type { Queryable } from '../promql/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';
import type { Access } from './access.ts';
import { mountAlertmanagerRoutes } from './alertmanager-routes.ts';
import { mountBackupRoute } from './backup-route.ts';
import { mountEventRoute } from './event-route.ts';
import { mountFederateRoute } from './federate-route.ts';
import { mountHealthRoutes } from './health-routes.ts';
import { createHttpMetrics } from './metrics.ts';
import { createNotificationHub } from './notification-hub.ts';
import { mountNotificationRoutes } from './notification-route.ts';
import { mountOwnRoutes, type OwnHandlers } from './own-routes.ts';
import { mountPageRoute } from './page-route.ts';
import { mountRemoteRoutes } from './remote-routes.ts';
import { mountPrometheusRoutes } from './prometheus-routes.ts';
import { mountPrometheusStoreRoutes } from './prometheus-store-routes.ts';
import { mountSearchRoutes } from './search-routes.ts';
import { createHttpServer } from './server.ts';

/** What each route of the contract is thought to want; a new one has to be thought of here. */
const OWN: Readonly<Record<RouteName, Access>> = {
  getSession: 'public',
  createSession: 'public',
  redeemLink: 'public',
  deleteSession: 'viewer',
  setOwnPassword: 'viewer',
  listUsers: 'admin',
  createUser: 'admin',
  createUserLink: 'admin',
  setUserRole: 'admin',
  listTokens: 'admin',
  createToken: 'viewer',
  deleteToken: 'admin',
  getBoard: 'viewer',
  getStatus: 'viewer',
  getSettings: 'viewer',
  listTargets: 'viewer',
  listProbes: 'viewer',
  runProbe: 'responder',
  getUnusedMetrics: 'viewer',
  listQueries: 'viewer',
  stopQuery: 'responder',
  listRelabelSteps: 'viewer',
  listAlerts: 'viewer',
  getAlert: 'viewer',
  acknowledgeAlert: 'responder',
  resolveAlert: 'responder',
  setAlertTags: 'responder',
  listSilences: 'viewer',
  getSilence: 'viewer',
  previewSilence: 'viewer',
  createSilence: 'responder',
  updateSilence: 'responder',
  expireSilence: 'responder',
  listServices: 'viewer',
  getServiceSignals: 'viewer',
  compareService: 'viewer',
  listServiceDependencies: 'viewer',
  runBacktest: 'viewer',
  explain: 'viewer',
  listRuleFiles: 'viewer',
  formatRule: 'viewer',
  saveRule: 'responder',
  undoRule: 'responder',
  endProbation: 'responder',
  listRules: 'viewer',
  getRuleQuality: 'viewer',
  lintRules: 'viewer',
  lintRulesInForce: 'viewer',
  listSlos: 'viewer',
  getSlo: 'viewer',
  listBoardFiles: 'viewer',
  getBoardFile: 'viewer',
  addPanel: 'responder',
  formatPanel: 'viewer',
  listChannels: 'viewer',
  testChannel: 'responder',
  createTestPage: 'responder',
  getNextSteps: 'viewer',
  getDemo: 'viewer',
  setDemoFault: 'responder',
  setDemoLoad: 'responder',
  getSampleWeek: 'viewer',
  createSampleWeek: 'admin',
  deleteSampleWeek: 'admin',
  confirmPage: 'responder',
};

/** Everything else that is mounted, by method and path. */
const OTHERS: Readonly<Record<string, Access>> = {
  'GET /-/healthy': 'public',
  'GET /-/ready': 'public',
  'POST /-/reload': 'admin',
  'PUT /-/reload': 'admin',
  'GET /metrics': 'viewer',
  'GET /federate': 'viewer',
  ...Object.fromEntries(
    ['delete_series', 'clean_tombstones', 'snapshot'].flatMap((name) => [
      [`POST /api/v1/admin/tsdb/${name}`, 'admin'] as const,
      [`PUT /api/v1/admin/tsdb/${name}`, 'admin'] as const,
    ]),
  ),
  [`GET ${EVENTS_PATH}`]: 'viewer',
  [`GET ${BACKUP_PATH}`]: 'admin',
  'GET /api/v1/notifications/live': 'viewer',
  'POST /api/v1/write': 'responder',
  'POST /api/v1/read': 'viewer',
  'POST /api/v1/otlp/v1/metrics': 'responder',
  'GET /api/v2/silences': 'viewer',
  'GET /api/v2/silence/:id': 'viewer',
  'POST /api/v2/silences': 'responder',
  'DELETE /api/v2/silence/:id': 'responder',
  'POST /api/v2/alerts': 'responder',
  [`POST ${API_PREFIX}/alertmanager`]: 'responder',
  'GET /*': 'public',
  ...Object.fromEntries(
    [
      'query',
      'query_range',
      'format_query',
      'parse_query',
      'labels',
      'label/:name/values',
      'series',
      'query_exemplars',
      'targets',
      'rules',
      'alerts',
      'metadata',
      'features',
      'notifications',
      'scrape_pools',
      'scrape_pools/config',
      'targets/relabel_steps',
      'search/label_names',
      'search/label_values',
      'search/metric_names',
      'status/self_metrics',
      'status/tsdb',
      'status/tsdb/blocks',
      'status/walreplay',
      'targets/metadata',
      'alertmanagers',
      'status/buildinfo',
      'status/config',
      'status/flags',
      'status/runtimeinfo',
    ].flatMap((name) => [
      [`GET /api/v1/${name}`, 'viewer'] as const,
      [`POST /api/v1/${name}`, 'viewer'] as const,
    ]),
  ),
};

const EXPECTED: Readonly<Record<string, Access>> = {
  ...OTHERS,
  ...Object.fromEntries(
    Object.entries(PATHS).map(([name, { method, path }]) => [
      `${method} ${API_PREFIX}${path}`,
      isRouteName(name) ? OWN[name] : 'public',
    ]),
  ),
};

function isRouteName(name: string): name is RouteName {
  return name in PATHS;
}

/** Handlers that answer nothing, whatever they are asked. */
function createHandlers(): OwnHandlers {
  const handlers: unknown = Object.fromEntries(
    Object.keys(PATHS).map((name) => [name, () => ({})]),
  );
  if (!isHandlers(handlers)) throw new Error('no handlers');
  return handlers;
}

function isHandlers(value: unknown): value is OwnHandlers {
  return typeof value === 'object';
}

const EMPTY: Queryable = {
  select: () => [],
  estimate: () => ({ seriesCount: 0, sampleCount: 0 }),
  labelNames: () => [],
  labelValues: () => [],
  series: () => [],
};

const NOTHING = { texts: [], series: [], warnings: [] };

/** The whole server; a bearer's text is the role that it has. Answers what was mounted too. */
async function setUp(dir: string): Promise<{ server: FastifyInstance; mounted: Set<string> }> {
  const authenticate = async ({ apiToken = '' }: { apiToken?: string | undefined }) => {
    const role = findRole(apiToken);
    return role === undefined ? undefined : { id: role, name: role, displayName: role, role };
  };
  const server = createHttpServer({
    log: createSilentLog(),
    guard: () => undefined,
    authenticate,
    tls: undefined,
    trustedProxies: [],
    metrics: createHttpMetrics(new Registry()),
  });
  const mounted = new Set<string>();
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') mounted.add(`${one} ${url}`);
  });
  mountHealthRoutes(server, {
    notReady: () => undefined,
    reload: async () => {},
    metrics: async () => '',
  });
  mountPrometheusRoutes(server, {
    answerQuery: async () => '{}',
    listNames: () => NOTHING,
    exemplars: () => [],
    now: () => 0,
    targets: () => [],
    rules: () => [],
    alerts: () => [],
    metadata: () => [],
    status: {
      version: 'test',
      scrapePools: () => [],
      configText: () => '',
      runtimeInfo: () => ({}),
      flags: () => ({}),
      walReplay: () => ({}),
      tsdb: () => ({}),
      selfMetrics: async () => [],
      relabelSteps: () => ({ steps: [] }),
      scrapePoolConfig: () => ({ yaml: '' }),
      targetMetadata: () => [],
      features: () => ({}),
    },
  });
  mountPrometheusStoreRoutes(server, {
    blocks: () => [],
    deleteSeries: async () => 0,
    cleanTombstones: async () => 0,
    snapshot: async () => 'x',
  });
  mountSearchRoutes(server, { listNames: () => NOTHING, describeMetrics: () => new Map() });
  mountFederateRoute(server, {
    queryable: () => EMPTY,
    now: () => 0,
    externalLabels: () => EMPTY_LABELS,
  });
  mountRemoteRoutes(server, {
    receive: async () => ({
      samplesWritten: 0,
      histogramsWritten: 0,
      exemplarsWritten: 0,
      refused: '',
    }),
    answerRead: async () => ({ kind: 'samples', body: new Uint8Array(0) }),
    receiveOtlp: async () => ({ rejectedCount: 0, message: '' }),
    log: createSilentLog(),
  });
  await mountAlertmanagerRoutes(server, {
    takePosted: async () => [],
    takeNotified: async () => [],
    silences: {
      silences: () => [],
      silence: () => undefined,
      postSilence: async () => '',
      deleteSilence: async () => {},
    },
  });
  const handlers = createHandlers();
  mountOwnRoutes(server, () => handlers);
  const full = (): never => {
    throw limitExceeded('EVENTS_TOO_MANY_STREAMS', 'full');
  };
  const hub = { connect: full, publish: full, deliver: full, confirm: full };
  const rest = { heartbeat: full, streamCount: () => 0, takerCount: () => 0, close: () => {} };
  mountEventRoute(server, { hub: () => ({ ...hub, ...rest }), authenticate });
  const notifications = createNotificationHub(() => []);
  // A stream would not end here.
  notifications.close();
  mountNotificationRoutes(server, { notifications: () => notifications, authenticate });
  mountBackupRoute(server, async () => full());
  await mountPageRoute(server, dir);
  return { server, mounted };
}

describe('access', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nines-access-'));
  after(() => rmSync(dir, { recursive: true }));

  it('is thought of for every route', async () => {
    const { mounted } = await setUp(dir);
    assert.deepEqual([...mounted].sort(), Object.keys(EXPECTED).sort());
  });

  it('lets each role do what it may, and nothing else', async () => {
    const { server } = await setUp(dir);
    for (const [route, access] of Object.entries(EXPECTED)) {
      const [method, path] = route.split(' ');
      const call = async (bearer: string) =>
        server.inject({
          method: readMethod(method),
          url: path.replaceAll(/:\w+/g, 'x'),
          headers: bearer === '' ? {} : { authorization: `Bearer ${bearer}` },
        });
      const stranger = await call('');
      assert.equal(stranger.statusCode === 401, access !== 'public', `${route} as nobody`);
      for (const role of ROLES) {
        const { statusCode, body } = await call(role);
        const may = access === 'public' || isRoleEnough(role, access);
        assert.equal(statusCode !== 403, may, `${route} as ${role}: ${statusCode} ${body}`);
        assert.notEqual(statusCode, 401, `${route} as ${role}`);
      }
    }
  });

  it('says which role is wanted, which one is there, and who can change it', async () => {
    const { server } = await setUp(dir);
    const response = await server.inject({
      method: 'POST',
      url: '/-/reload',
      headers: { authorization: 'Bearer responder' },
    });
    assert.deepEqual(JSON.parse(response.body), {
      code: 'AUTH_ROLE_TOO_LOW',
      message:
        'this needs the role admin, and you have responder; ' +
        'an admin can change that (nines user role NAME admin)',
    });
  });

  it('refuses to mount a route that does not say who may call it', async () => {
    const { server } = await setUp(dir);
    assert.throws(() => server.get('/thoughtless', async () => 'hello'), /BUG: .*\/thoughtless/);
  });
});

function readMethod(text: string): HTTPMethods & ('GET' | 'POST' | 'PUT' | 'DELETE') {
  assert.ok(text === 'GET' || text === 'POST' || text === 'PUT' || text === 'DELETE');
  return text;
}
