/**
 * A service against itself. Both sides are the same plan bound twice: to other moments, or to other
 * groups of its series, with rates over the whole of each side. So a quantile is that of all
 * requests of the side, and a ratio that of all its requests, not a mean of means.
 */
import type { ComparedLine, ComparisonQuery, ServiceComparison } from '@nines/contract';
import type { Service } from '../catalog/index.ts';
import { invalid } from '../platform/index.ts';
import { createMatcher, type Matcher } from '../series/index.ts';
import { CONVENTIONS } from './conventions/table.ts';
import { chooseDeployRange, listDeploys, readVersionSeries } from './deploys.ts';
import { readValue } from './evaluate.ts';
import {
  COMPARED_MS,
  COMPARED_MS_MAX,
  COMPARED_MS_MIN,
  GROUP_LABELS_MAX,
  GROUP_VALUES_MAX,
} from './limits.ts';
import type { MetricsSeen, SignalPlan } from './model.ts';
import { createPlanner } from './plan.ts';
import type { PlanBook } from './plan-book.ts';
import { listMetrics } from './recipe.ts';
import { lookAtMetrics } from './seen.ts';
import type { SignalSources } from './service.ts';
import { startTurns } from './turns.ts';
import { listVersions } from './versions.ts';

export interface ComparisonSources extends SignalSources {
  readonly plans: PlanBook;
}

type Selectors = readonly (readonly Matcher[])[];

interface Side {
  readonly value: string | null;
  readonly selectors: Selectors;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Labels that tell how a request ended or was measured, and so part nothing. */
const NO_GROUP = /^(?:__name__|job|le|quantile|outcome|.*(?:code|status|error|class)(?:_type)?)$/;
/** Labels of whom it asks part the requests that it makes, which is what dependencies are about. */
const PEER_LABELS = new Set(
  CONVENTIONS.flatMap(({ requests = [] }) => requests.flatMap(({ peers = [] }) => peers)),
);
/** Stands for what an instance says of itself, where requests have no such label. */
const VERSION = 'version';

/** What can be compared, and the comparison that was asked for. Throws `COMPARISON_INVALID`. */
export async function compareService(
  sources: ComparisonSources,
  service: Service,
  query: ComparisonQuery,
): Promise<ServiceComparison> {
  const now = sources.clock.now();
  const turns = startTurns(sources);
  const range = chooseDeployRange(now);
  const seen = lookAtMetrics(sources.index, { selectors: service.selectors, ...range });
  const versions = { engine: sources.engine, selectors: service.selectors };
  const infos = readVersionSeries(versions, range);
  await turns.next();
  const deploys = listDeploys(versions, infos, range).filter(({ at }) => at < now);
  await turns.next();
  // What is there at the last point of the range has not ended.
  const running = listVersions(
    infos.filter(({ lastMs }) => lastMs === range.toMs).map(({ labels }) => labels),
  );
  const groups = listGroups(seen, sources.plans.planOf(service), running);
  const sides = chooseSides({ service, query, now, running, groups });
  return {
    now,
    service: service.name,
    deploys,
    groups: groups.map(({ label, values }) => ({ label, values: [...values] })),
    comparison:
      sides === undefined
        ? null
        : {
            label: query.label ?? null,
            first: viewSide(sides.first),
            second: viewSide(sides.second),
            lines: await compareSides(sources, seen, sides),
          },
  };
}

function viewSide({ value, fromMs, toMs }: Side) {
  return { value, fromMs, toMs };
}

interface Group {
  readonly label: string;
  readonly values: readonly string[];
}

/** The labels by which the requests of a service can be parted, and its versions. */
function listGroups(
  seen: MetricsSeen,
  { signals }: SignalPlan,
  running: ReturnType<typeof listVersions>,
): readonly Group[] {
  const metrics = new Set(
    signals
      .filter(({ kind }) => kind !== 'saturation')
      .flatMap(({ lines }) => lines.flatMap(({ expr }) => listMetrics(expr))),
  );
  const groups = new Map<string, Group>();
  const versions = running.map(({ version }) => version);
  if (versions.length > 1) groups.set(VERSION, { label: VERSION, values: [...new Set(versions)] });
  for (const metric of metrics) {
    for (const label of seen.labelNames(metric)) {
      if (groups.has(label) || NO_GROUP.test(label) || PEER_LABELS.has(label)) continue;
      const values = seen.labelValues(metric, label);
      if (values.length < 2 || values.length > GROUP_VALUES_MAX) continue;
      groups.set(label, { label, values });
    }
  }
  return [...groups.values()].slice(0, GROUP_LABELS_MAX);
}

interface Choice {
  readonly service: Service;
  readonly query: ComparisonQuery;
  readonly now: number;
  readonly running: ReturnType<typeof listVersions>;
  readonly groups: readonly Group[];
}

interface Sides {
  readonly first: Side;
  readonly second: Side;
}

function chooseSides(choice: Choice): Sides | undefined {
  const { query, now, service } = choice;
  const lengthMs = query.length ?? COMPARED_MS;
  if (lengthMs < COMPARED_MS_MIN || lengthMs > COMPARED_MS_MAX) {
    throw refuse(
      `length must be from ${COMPARED_MS_MIN} to ${COMPARED_MS_MAX} ms, got ${lengthMs}`,
    );
  }
  if (query.at !== undefined) {
    const { at } = query;
    if (at >= now) throw refuse(`at must be in the past, got ${new Date(at).toISOString()}`);
    const own = { value: null, selectors: service.selectors };
    return {
      first: { ...own, fromMs: at - lengthMs, toMs: at },
      second: { ...own, fromMs: at, toMs: Math.min(now, at + lengthMs) },
    };
  }
  const { label, a, b } = query;
  if (label === undefined || a === undefined) return undefined;
  const range = { fromMs: now - lengthMs, toMs: now };
  const part = (value: string, isOther: boolean): Selectors =>
    addMatcher(service.selectors, matchGroup(choice, { label, value, isOther }));
  return {
    first: { ...range, value: a, selectors: part(a, false) },
    second:
      b === undefined
        ? { ...range, value: null, selectors: part(a, true) }
        : { ...range, value: b, selectors: part(b, false) },
  };
}

/** A version that requests do not carry is that of the instances that say so. */
function matchGroup(
  { running, groups }: Choice,
  { label, value, isOther }: { label: string; value: string; isOther: boolean },
): Matcher {
  const own = running.filter(({ version }) => version === value);
  const isTold = label === VERSION && groups[0]?.label === VERSION && own.length > 0;
  if (!isTold) return createMatcher(label, isOther ? '!=' : '=', value);
  const instances = own.flatMap((one) => one.instances).map(escapeRegex);
  return createMatcher('instance', isOther ? '!~' : '=~', instances.join('|'));
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

function addMatcher(selectors: Selectors, matcher: Matcher): Selectors {
  return selectors.map((matchers) => [...matchers, matcher]);
}

function refuse(why: string): Error {
  return invalid('COMPARISON_INVALID', why);
}

/** Every line of the plan on both sides; what neither knows is left out. */
async function compareSides(
  sources: ComparisonSources,
  seen: MetricsSeen,
  { first, second }: Sides,
): Promise<ComparedLine[]> {
  const { engine } = sources;
  const turns = startTurns(sources);
  const plan = createPlanner();
  const planSide = ({ selectors, fromMs, toMs }: Side) =>
    plan(seen, { selectors, windowMs: toMs - fromMs }).signals;
  const others = planSide(second);
  const compared: ComparedLine[] = [];
  for (const [at, { kind, title, unit, lines }] of planSide(first).entries()) {
    for (const [i, line] of lines.entries()) {
      await turns.next();
      const a = readValue(engine, line, first.toMs);
      const b = readValue(engine, others[at].lines[i], second.toMs);
      if (a === null && b === null) continue;
      const ratio = a === null || b === null || a === 0 ? null : b / a;
      compared.push({ kind, title, unit, name: line.name, first: a, second: b, ratio });
    }
  }
  return compared;
}
