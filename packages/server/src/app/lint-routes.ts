/** The handlers of lints, whose modules are loaded when somebody asks for one. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { RouteHandlers } from '@nines/contract';
import type { FactSource, Lints, RouteFacts } from '../lint/index.ts';
import { findNearest, type RequestContext } from '../platform/index.ts';
import { formatExpr } from '../promql/index.ts';
import { labelValue, type Matcher, METRIC_NAME } from '../series/index.ts';
import { listReadingExpressions } from './reading-expressions.ts';
import { listBlocks } from '../tsdb/index.ts';
import { checkExpression } from './expression-check.ts';
import { createAskHistory } from './history-question.ts';
import { addMetricsOfText, createNameTest } from './metric-names.ts';
import { LINT_RECENT_MS, LINT_USED_DAYS } from './limits.ts';
import { readText } from './named-files.ts';
import type { Parts } from './start-app.ts';
import { findTarget } from './why-routes.ts';

const DAY_MS = 86_400_000;
/** Longer than people remember, shorter than rules are left alone. */
const QUALITY_DAYS = 30;

/** Builds the handlers. */
export function createLintRoutes(
  parts: Parts,
): RouteHandlers<'lintRules' | 'lintRulesInForce' | 'getRuleQuality', RequestContext> {
  let loaded: Promise<Lints> | undefined;
  const lint = async (
    files: readonly { readonly file: string; readonly text: string }[],
    context: RequestContext,
  ) => {
    loaded ??= loadLints(parts);
    const name = context.actor?.displayName ?? '';
    return (await loaded).run(files, { name, signal: context.watchClient() });
  };
  return {
    lintRules: async ({ body }, context) => lint(body.files, context),
    async getRuleQuality({ query: { days = QUALITY_DAYS } }) {
      const { judgeRules } = await import('../lint/index.ts');
      const nowMs = parts.options.clock.now();
      const askedMs = nowMs - days * DAY_MS;
      const known = await parts.alerts.views.listRuleFirings(askedMs);
      const oldestMs = Math.min(oldestOf(parts), known.firings[0]?.firedAtMs ?? nowMs);
      const sinceMs = Math.max(known.sinceMs, oldestMs);
      return judgeRules({ ...known, sinceMs, groups: parts.rules.groups(), nowMs });
    },
    async lintRulesInForce(_, context) {
      const { rules } = parts.configControl.state().config;
      // A file that is gone stays in force until the next reload; there is nothing to look at.
      const files = rules.files.flatMap(({ file }) => {
        const text = readText(file);
        return typeof text === 'string' ? [{ file, text }] : [];
      });
      return lint(files, context);
    },
  };
}

/**
 * Since when the server can have seen anything: from its oldest block on; without one it is hours old
 * at most, and what it says from its start on is true, too.
 */
function oldestOf({ options, startedAt }: Parts): number {
  const { blocks } = listBlocks(join(options.dataDir, 'series', 'blocks'));
  return blocks.reduce((oldest, { meta }) => Math.min(oldest, meta.minTimeMs), startedAt);
}

async function loadLints(parts: Parts): Promise<Lints> {
  const { createLints } = await import('../lint/index.ts');
  const global = () => parts.configControl.state().config.global;
  return createLints({
    source: createFactSource(parts),
    format: () => ({ checkExpression, nameValidation: global().nameValidation }),
    intervalMs: () => global().evaluationIntervalMs,
  });
}

function createFactSource(parts: Parts): FactSource {
  const { queries, engine, scrape, tsdb, options, configControl } = parts;
  const recently = (matchers: readonly Matcher[]) => {
    const toMs = options.clock.now();
    return { matchers, fromMs: toMs - LINT_RECENT_MS, toMs };
  };
  return {
    ask: createAskHistory(queries),
    findTarget: (job, instance) => findTarget(scrape, job, instance),
    clock: options.clock,
    queryTimeoutMs: () => configControl.state().config.query.timeoutMs,
    pause: async () => setImmediate(),
    estimateCost: (expr, atMs) => engine.estimateCost({ text: formatExpr(expr), expr, atMs }),
    labelNames: (matchers) => tsdb.labelNames(recently(matchers)),
    intervalOf(matchers) {
      const jobs = new Set(tsdb.labelValues('job', recently(matchers)));
      const found = scrape.targets().filter(({ labels }) => jobs.has(labelValue(labels, 'job')));
      return found.length === 0 ? undefined : Math.max(...found.map((one) => one.intervalMs));
    },
    routeOf: (alert) => findRoute(parts, alert),
    known: () => findKnown(parts),
  };
}

function findRoute(
  { alerts, catalog }: Parts,
  { labels, annotations }: Parameters<FactSource['routeOf']>[0],
): RouteFacts {
  const { output, policy, service, steps } = alerts.views.previewRoute(labels, annotations);
  const declared = catalog.serviceOf(labels);
  return {
    output,
    policy,
    service,
    channels: [...new Set(steps.flatMap(({ channels }) => channels))],
    owner: declared?.owner ?? '',
    playbook: declared?.playbook,
  };
}

/** Series of a histogram or a summary, which targets describe once, and which all are counters. */
const PART = /^(.+)_(?:bucket|count|sum)$/;

function findKnown(parts: Parts): ReturnType<FactSource['known']> {
  const { scrape, rules, tsdb, options, configControl } = parts;
  const types = new Map<string, string>();
  for (const { metric, type } of scrape.metadata()) types.set(metric, type);
  const typeOf = (metric: string): string | undefined => {
    const own = types.get(metric);
    if (own !== undefined) return own;
    const whole = types.get(PART.exec(metric)?.[1] ?? '');
    if (whole === 'histogram' || whole === 'summary') return 'counter';
    // OpenMetrics describes a counter without its end.
    return types.get(metric.replace(/_total$/, ''));
  };
  const toMs = options.clock.now();
  return {
    typeOf,
    inForce: rules.groups(),
    objectives: new Set(configControl.state().config.slos.map(({ name }) => name)),
    ...findReaders(parts),
    nearestMetric: (name) =>
      findNearest(
        name,
        tsdb.labelValues(METRIC_NAME, { matchers: [], fromMs: toMs - LINT_RECENT_MS, toMs }),
      ),
  };
}

/** What is read by the configuration, and by what was asked for. */
function findReaders(
  parts: Parts,
): Pick<ReturnType<FactSource['known']>, 'isRead' | 'readSinceMs'> {
  const { names, patterns, sinceMs } = parts.queryRecord.read(LINT_USED_DAYS);
  const read = { names: new Set(names), patterns: new Set(patterns) };
  for (const text of listReadingExpressions(parts)) addMetricsOfText(text, read);
  return { isRead: createNameTest(read), readSinceMs: sinceMs };
}
