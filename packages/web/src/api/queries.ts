/** What can be asked of the server, with the keys under which the answers are kept. */
import type { AlertQuery, Client } from '@nines/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

/** The first element of every key, by which events invalidate. */
export const KEYS = {
  session: 'session',
  board: 'board',
  alerts: 'alerts',
  alert: 'alert',
  silences: 'silences',
  silence: 'silence',
  silencePreview: 'silence-preview',
  targets: 'targets',
  queries: 'queries',
  settings: 'settings',
  status: 'status',
  unusedMetrics: 'unused-metrics',
  users: 'users',
  tokens: 'tokens',
  graph: 'graph',
  backtest: 'backtest',
  why: 'why',
  rules: 'rules',
  lint: 'lint',
  ruleQuality: 'rule-quality',
  ruleFiles: 'rule-files',
  slos: 'slos',
  slo: 'slo',
  signals: 'signals',
  boardFiles: 'board-files',
  services: 'services',
  serviceAlerts: 'service-alerts',
} as const;

/** Under this key run the actions whose effect is shown before the server has answered. */
export const ALERT_ACTION = 'alert-action';

/** Numbers on the board are live without events: they change with every scrape. */
const BOARD_EVERY_MS = 5000;
const TARGETS_EVERY_MS = 10_000;
/** A query that is seen in the list can be stopped while it still matters. */
const QUERIES_EVERY_MS = 3000;
const SESSION_RETRY_MS = 5000;

export function sessionQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.session],
    queryFn: () => client('getSession', {}),
    staleTime: Number.POSITIVE_INFINITY,
    // Before there is a session nothing else asks: this brings the page back by itself.
    refetchInterval: ({ state }) => (state.status === 'error' ? SESSION_RETRY_MS : false),
  });
}

/** `isLive`: the board itself is on screen, not only its counts in the rail. */
export function boardQuery(client: Client, isLive: boolean) {
  return queryOptions({
    queryKey: [KEYS.board],
    queryFn: () => client('getBoard', {}),
    refetchInterval: isLive ? BOARD_EVERY_MS : false,
  });
}

export type AlertFilter = Pick<AlertQuery, 'state' | 'output' | 'service' | 'tag'>;

/** The first screen comes quickly; who scrolls on wants many. */
const ALERTS_FIRST_PAGE = 100;
const ALERTS_NEXT_PAGE = 500;

/** One page of a list of alerts: the first, or the one that begins after a cursor. */
export function alertsPageOf(filter: AlertFilter, cursor: string | undefined): AlertQuery {
  const limit = cursor === undefined ? ALERTS_FIRST_PAGE : ALERTS_NEXT_PAGE;
  return { ...filter, limit, cursor };
}

export function alertsQuery(client: Client, filter: AlertFilter) {
  const firstCursor: string | undefined = undefined;
  return infiniteQueryOptions({
    queryKey: [KEYS.alerts, filter],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      client('listAlerts', { query: alertsPageOf(filter, pageParam) }),
    initialPageParam: firstCursor,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function alertQuery(client: Client, id: string) {
  return queryOptions({
    queryKey: [KEYS.alert, id],
    queryFn: () => client('getAlert', { params: { id } }),
  });
}

export function targetsQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.targets],
    queryFn: () => client('listTargets', {}),
    refetchInterval: TARGETS_EVERY_MS,
  });
}

/** Renewed with the targets, by the same event: a probe's verdict comes with its scrape. */
export function probesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.targets, 'probes'],
    queryFn: () => client('listProbes', {}),
    refetchInterval: TARGETS_EVERY_MS,
  });
}

export function queriesQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.queries],
    queryFn: () => client('listQueries', {}),
    refetchInterval: QUERIES_EVERY_MS,
  });
}

/** What each rule of a job makes of labels; rules change with the configuration only. */
export function relabelStepsQuery(client: Client, job: string, labels: Record<string, string>) {
  const text = JSON.stringify(labels);
  return queryOptions({
    queryKey: [KEYS.targets, 'relabel', job, text],
    queryFn: () => client('listRelabelSteps', { query: { job, labels: text } }),
  });
}

export function settingsQuery(client: Client) {
  return queryOptions({ queryKey: [KEYS.settings], queryFn: () => client('getSettings', {}) });
}

export function statusQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.status],
    queryFn: () => client('getStatus', {}),
    refetchInterval: TARGETS_EVERY_MS,
  });
}

export function unusedMetricsQuery(client: Client) {
  return queryOptions({
    queryKey: [KEYS.unusedMetrics],
    queryFn: () => client('getUnusedMetrics', {}),
  });
}

export function usersQuery(client: Client) {
  return queryOptions({ queryKey: [KEYS.users], queryFn: () => client('listUsers', {}) });
}

export function tokensQuery(client: Client) {
  return queryOptions({ queryKey: [KEYS.tokens], queryFn: () => client('listTokens', {}) });
}
