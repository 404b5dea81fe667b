/**
 * Every route of Nines' own API: its name, method and path. Apart from the schemas, so that a
 * browser bundle that only calls routes does not carry the validators.
 */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Where Nines' own API begins; Prometheus' API is under /api/v1, as its clients expect. */
export const API_PREFIX = '/api/nines/v1';

/** Route names and where they are; `:id` stands for a path parameter. */
export const PATHS = {
  getSession: { method: 'GET', path: '/session' },
  createSession: { method: 'POST', path: '/session' },
  redeemLink: { method: 'POST', path: '/session/link' },
  deleteSession: { method: 'DELETE', path: '/session' },
  setOwnPassword: { method: 'PUT', path: '/me/password' },
  listUsers: { method: 'GET', path: '/users' },
  createUser: { method: 'POST', path: '/users' },
  createUserLink: { method: 'POST', path: '/users/:id/link' },
  setUserRole: { method: 'PUT', path: '/users/:id/role' },
  listTokens: { method: 'GET', path: '/tokens' },
  createToken: { method: 'POST', path: '/tokens' },
  deleteToken: { method: 'DELETE', path: '/tokens/:id' },
  getBoard: { method: 'GET', path: '/board' },
  getStatus: { method: 'GET', path: '/status' },
  getSettings: { method: 'GET', path: '/settings' },
  listTargets: { method: 'GET', path: '/targets' },
  listProbes: { method: 'GET', path: '/probes' },
  runProbe: { method: 'POST', path: '/probes/run' },
  listQueries: { method: 'GET', path: '/queries' },
  getUnusedMetrics: { method: 'GET', path: '/metrics/unused' },
  stopQuery: { method: 'DELETE', path: '/queries/:id' },
  listRelabelSteps: { method: 'GET', path: '/targets/relabel-steps' },
  listAlerts: { method: 'GET', path: '/alerts' },
  getAlert: { method: 'GET', path: '/alerts/:id' },
  acknowledgeAlert: { method: 'POST', path: '/alerts/:id/acknowledge' },
  resolveAlert: { method: 'POST', path: '/alerts/:id/resolve' },
  setAlertTags: { method: 'PUT', path: '/alerts/:id/tags' },
  listSilences: { method: 'GET', path: '/silences' },
  getSilence: { method: 'GET', path: '/silences/:id' },
  previewSilence: { method: 'POST', path: '/silences/preview' },
  createSilence: { method: 'POST', path: '/silences' },
  updateSilence: { method: 'PUT', path: '/silences/:id' },
  expireSilence: { method: 'POST', path: '/silences/:id/expire' },
  listServices: { method: 'GET', path: '/services' },
  getServiceSignals: { method: 'GET', path: '/services/:name/signals' },
  compareService: { method: 'GET', path: '/services/:name/comparison' },
  listServiceDependencies: { method: 'GET', path: '/services/:name/dependencies' },
  runBacktest: { method: 'POST', path: '/backtests' },
  explain: { method: 'GET', path: '/why' },
  listRules: { method: 'GET', path: '/rules' },
  getRuleQuality: { method: 'GET', path: '/rules/quality' },
  lintRules: { method: 'POST', path: '/lint' },
  lintRulesInForce: { method: 'GET', path: '/lint' },
  listRuleFiles: { method: 'GET', path: '/rule-files' },
  formatRule: { method: 'POST', path: '/rule-text' },
  saveRule: { method: 'POST', path: '/rules' },
  undoRule: { method: 'POST', path: '/rules/undo' },
  endProbation: { method: 'POST', path: '/rules/end-probation' },
  listSlos: { method: 'GET', path: '/slos' },
  listBoardFiles: { method: 'GET', path: '/boards' },
  getBoardFile: { method: 'GET', path: '/boards/:name' },
  addPanel: { method: 'POST', path: '/boards/:name/panels' },
  formatPanel: { method: 'POST', path: '/panel-text' },
  getSlo: { method: 'GET', path: '/slos/:name' },
  listChannels: { method: 'GET', path: '/channels' },
  testChannel: { method: 'POST', path: '/channels/test' },
  createTestPage: { method: 'POST', path: '/test-pages' },
  getNextSteps: { method: 'GET', path: '/next-steps' },
  getDemo: { method: 'GET', path: '/demo' },
  setDemoFault: { method: 'PUT', path: '/demo/faults/:id' },
  setDemoLoad: { method: 'PUT', path: '/demo/load' },
  getSampleWeek: { method: 'GET', path: '/sample-week' },
  createSampleWeek: { method: 'POST', path: '/sample-week' },
  deleteSampleWeek: { method: 'DELETE', path: '/sample-week' },
  confirmPage: { method: 'POST', path: '/pages/:id/received' },
} as const satisfies Readonly<Record<string, { readonly method: Method; readonly path: string }>>;

export type RouteName = keyof typeof PATHS;

/** The stream of server-sent events that keeps a page live; see `ServerEvent`. */
export const EVENTS_PATH = `${API_PREFIX}/events`;

/** Where a backup is streamed from: no JSON, so not in the table either. */
export const BACKUP_PATH = `${API_PREFIX}/backup`;
