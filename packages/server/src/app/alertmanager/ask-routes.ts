/** Which receivers of an alertmanager.yml would get an alert, and why not the others. */
import {
  formatAlertMatchers,
  matchRoutes,
  parseMatcher,
  readAlertmanagerConfig,
  type Route,
  type RouteTrace,
  traceRoutes,
} from '../../alertmanager/index.ts';
import type { AlertRoutes, RouteLine } from '../../cli/index.ts';
import { formatDuration, formatFaults, invalid } from '../../platform/index.ts';
import { createLabelsFromPairs, type Labels } from '../../series/index.ts';
import { readText } from '../named-files.ts';

/**
 * Asks the routing tree of a file for an alert with labels, each written `name=value`; without
 * labels the tree is shown. Throws `MATCHER_INVALID` for what is no label.
 */
export function askRoutes(file: string, labels: readonly string[]): AlertRoutes {
  const text = readText(file);
  if (typeof text !== 'string') return { faults: [text.fault], receivers: [], routes: [] };
  const { config, faults } = readAlertmanagerConfig({ text, file });
  if (config === undefined) return { faults: formatFaults(faults), receivers: [], routes: [] };
  if (labels.length === 0) {
    return { faults: [], receivers: [], routes: [...showTree(config.route, 0)] };
  }
  const asked = createLabelsFromPairs(labels.map(readLabel));
  return {
    faults: [],
    receivers: matchRoutes(config.route, asked).map(({ receiver }) => receiver),
    routes: [...showTrace(traceRoutes(config.route, asked), { depth: 0, labels: asked })],
  };
}

function readLabel(text: string): readonly [string, string] {
  const { name, operator, value } = parseMatcher(text);
  if (operator === '=') return [name, value];
  throw invalid('MATCHER_INVALID', `a label is written name=value, got ${text}`);
}

function* showTree(route: Route, depth: number): Generator<RouteLine> {
  yield lineOf(route, depth);
  for (const child of route.routes) yield* showTree(child, depth + 1);
}

interface TraceContext {
  readonly depth: number;
  readonly labels: Labels;
}

function* showTrace(trace: RouteTrace, context: TraceContext): Generator<RouteLine> {
  const { outcome } = trace;
  yield {
    ...lineOf(trace.route, context.depth),
    outcome: outcome.kind,
    why: explain(trace, context.labels),
  };
  const inner = { ...context, depth: context.depth + 1 };
  for (const child of trace.routes) yield* showTrace(child, inner);
}

function lineOf(route: Route, depth: number): RouteLine {
  return {
    line: route.place.line,
    depth,
    matchers: depth === 0 ? 'default-route' : formatAlertMatchers(route.matchers),
    receiver: route.receiver,
    continue: route.continue,
    groupBy: route.groupByAll ? ['...'] : route.groupBy,
    groupWait: formatDuration(route.groupWaitMs),
    groupInterval: formatDuration(route.groupIntervalMs),
    repeatInterval: formatDuration(route.repeatIntervalMs),
    muteTimeIntervals: route.muteTimeIntervals,
    activeTimeIntervals: route.activeTimeIntervals,
  };
}

function explain({ outcome }: RouteTrace, labels: Labels): string {
  switch (outcome.kind) {
    case 'notifies':
      return 'it matches, and no route below it does';
    case 'passes on':
      return 'it matches, and routes below it take the alert';
    case 'not matched': {
      const { name } = outcome.matcher;
      const matcher = formatAlertMatchers([outcome.matcher]).slice(1, -1);
      const has = labels.names.includes(name) ? `is "${outcome.value}"` : 'is not there';
      return `${matcher} is not met: the label ${name} ${has}`;
    }
    case 'not reached':
      return `the route of line ${outcome.takenBy.place.line} took the alert and does not say continue`;
  }
}
