/** Targets, rules, alerts and metadata in the shape of Prometheus' HTTP API. */
import { createHash } from 'node:crypto';
import { type ApiParams, badParameter, formatInstant, formatValue } from '../http/index.ts';
import { formatDuration } from '../platform/index.ts';
import type { AlertInstance, GroupView, RuleManager, RuleView } from '../rules/index.ts';
import type { ScrapeManager, TargetView } from '../scrape/index.ts';
import { createLabelsFromPairs, isMatch, labelsRecord } from '../series/index.ts';

/** `/api/v1/targets`. */
export function viewTargets(scrape: ScrapeManager, params: ApiParams): unknown {
  const state = params.text('state').toLowerCase();
  const pool = params.text('scrapePool');
  const isWanted = (one: { readonly scrapePool: string }): boolean =>
    pool === '' || one.scrapePool === pool;
  const active = state === 'dropped' ? [] : scrape.targets().filter(isWanted);
  const dropped = state === 'active' ? [] : scrape.droppedTargets().filter(isWanted);
  return {
    activeTargets: active.map(viewTarget),
    droppedTargets: dropped.map((one) => ({
      discoveredLabels: labelsRecord(one.discoveredLabels),
      scrapePool: one.scrapePool,
    })),
    droppedTargetCounts: Object.fromEntries(scrape.droppedTargetCounts()),
  };
}

function viewTarget(target: TargetView): unknown {
  return {
    discoveredLabels: labelsRecord(target.discoveredLabels),
    labels: labelsRecord(target.labels),
    scrapePool: target.scrapePool,
    scrapeUrl: target.scrapeUrl,
    globalUrl: target.globalUrl,
    lastError: target.lastError,
    lastScrape: formatInstant(target.lastScrapeAt),
    lastScrapeDuration: target.lastScrapeDurationMs / 1000,
    health: target.health,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
  };
}

/** `/api/v1/rules`. */
export function viewRules(rules: RuleManager, params: ApiParams): unknown {
  const isWanted = readRuleFilter(params);
  const groupNames = params.all('rule_group[]');
  const files = params.all('file[]');
  const hasAlerts = params.text('exclude_alerts') !== 'true';
  const groups = rules
    .groups()
    .filter((group) => files.length === 0 || files.includes(group.file))
    .filter((group) => groupNames.length === 0 || groupNames.includes(group.name))
    .map((group) => ({ ...group, rules: group.rules.filter(isWanted) }))
    .filter((group) => group.rules.length > 0);
  const { shown, nextToken } = takePage(groups, params);
  return {
    groups: shown.map((group) => viewGroup(group, hasAlerts)),
    ...(nextToken === undefined ? {} : { groupNextToken: nextToken }),
  };
}

function readRuleFilter(params: ApiParams): (rule: RuleView) => boolean {
  const type = params.text('type').toLowerCase();
  if (!['', 'alert', 'record'].includes(type)) {
    throw badParameter('type', `not supported value "${type}"`);
  }
  const excludes = params.text('exclude_alerts').toLowerCase();
  if (!['', 'true', 'false'].includes(excludes)) {
    throw badParameter('exclude_alerts', `"${excludes}" is neither true nor false`);
  }
  const names = params.all('rule_name[]');
  const selectors = params.selectors();
  return (rule) =>
    (type === '' || type === rule.kind) &&
    (names.length === 0 || names.includes(rule.name)) &&
    (selectors.length === 0 ||
      selectors.some((matchers) => isMatch(matchers, createLabelsFromPairs(rule.labels))));
}

/** The groups from the one that the token names, as many as were asked for. */
function takePage(
  groups: readonly GroupView[],
  params: ApiParams,
): { readonly shown: readonly GroupView[]; readonly nextToken: string | undefined } {
  const limit = params.limit('group_limit');
  const token = params.text('group_next_token');
  if (limit === undefined) {
    if (token === '') return { shown: groups, nextToken: undefined };
    throw badParameter('group_next_token', 'group_limit needs to be present as well');
  }
  const from = token === '' ? 0 : groups.findIndex((group) => tokenOf(group) === token);
  if (from < 0) {
    throw badParameter('group_next_token', `there is no "${token}": were rule groups changed?`);
  }
  const next = groups.at(from + limit);
  return {
    shown: groups.slice(from, from + limit),
    nextToken: next === undefined ? undefined : tokenOf(next),
  };
}

function tokenOf({ file, name }: GroupView): string {
  return createHash('sha1').update(`${file};${name}`).digest('hex');
}

function viewGroup(group: GroupView, hasAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: group.rules.map((rule) => viewRule(rule, hasAlerts)),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: group.evaluationDurationMs / 1000,
    lastEvaluation: formatInstant(group.lastEvaluationAt),
  };
}

function viewRule(rule: RuleView, hasAlerts: boolean): unknown {
  const common = {
    name: rule.name,
    query: rule.expression,
    labels: Object.fromEntries(rule.labels),
    health: rule.health,
    ...(rule.lastError === undefined ? {} : { lastError: rule.lastError }),
    evaluationTime: rule.evaluationDurationMs / 1000,
    lastEvaluation: formatInstant(rule.lastEvaluationAt),
  };
  if (rule.kind === 'record') return { ...common, type: 'recording' };
  return {
    state: rule.state,
    ...common,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    annotations: Object.fromEntries(rule.annotations),
    ...(hasAlerts ? { alerts: rule.alerts.map(viewAlert) } : {}),
    type: 'alerting',
  };
}

/** `/api/v1/alerts`. */
export function viewAlerts(rules: RuleManager): unknown {
  return { alerts: rules.activeAlerts().map(viewAlert) };
}

function viewAlert(alert: AlertInstance): unknown {
  return {
    labels: labelsRecord(alert.labels),
    annotations: alert.annotations,
    state: alert.state,
    activeAt: formatInstant(alert.activeAtMs),
    ...(alert.keepFiringSinceMs === undefined
      ? {}
      : { keepFiringSince: formatInstant(alert.keepFiringSinceMs) }),
    value: formatExponent(alert.value),
  };
}

/** Prometheus writes this one value with an exponent, always: `1e+00`. */
function formatExponent(value: number): string {
  if (!Number.isFinite(value)) return formatValue(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `/api/v1/metadata`: by metric, each distinct description once. */
export function viewMetadata(
  metadata: Iterable<{
    readonly metric: string;
    readonly type: string;
    readonly help: string;
    readonly unit: string;
  }>,
  params: ApiParams,
): unknown {
  const only = params.text('metric');
  const limit = params.limit() ?? Number.POSITIVE_INFINITY;
  const perMetric = params.limit('limit_per_metric') ?? Number.POSITIVE_INFINITY;
  const found = new Map<string, Map<string, unknown>>();
  for (const { metric, type, help, unit } of metadata) {
    if (only !== '' && metric !== only) continue;
    const entries = found.get(metric) ?? new Map<string, unknown>();
    if (!found.has(metric) && found.size >= limit) continue;
    found.set(metric, entries);
    if (entries.size >= perMetric) continue;
    entries.set(`${type}\n${unit}\n${help}`, { type, help, unit });
  }
  return Object.fromEntries([...found].map(([metric, entries]) => [metric, [...entries.values()]]));
}

/** What targets say of their metrics, by name; of several the first that is read. */
export function describeMetrics(scrape: ScrapeManager): ReadonlyMap<string, object> {
  const found = new Map<string, object>();
  for (const { metric, type, help, unit } of scrape.metadata()) {
    if (!found.has(metric)) found.set(metric, { type, help, unit });
  }
  return found;
}
