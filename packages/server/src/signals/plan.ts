/** Decides which golden signals a service has, from the names of its metrics alone. */
import type { SignalKind } from '@nines/contract';
import { formatExpr } from '../promql/index.ts';
import { CONVENTIONS } from './conventions/table.ts';
import {
  REQUEST_SIGNALS_MAX,
  SCRAPES_PER_WINDOW,
  SIGNALS_MAX,
  WINDOW_MS_MIN,
  WINDOW_MS_UNKNOWN,
} from './limits.ts';
import {
  type Advice,
  type Convention,
  KINDS,
  type LineRecipe,
  type MetricsSeen,
  type PlannedSignal,
  type SignalPlan,
  type SignalRecipe,
} from './model.ts';
import { type Binding, bindRecipe, parseRecipe, type Recipe } from './recipe.ts';
import { findRequestSignals } from './requests.ts';

/** What would make a kind found in a service of which nothing is known. */
const ADVICE: Readonly<Record<SignalKind, string>> = {
  latency: 'expose a histogram of the durations of requests, such as http_request_duration_seconds',
  traffic: 'count requests, such as in http_requests_total',
  errors:
    'give the count of requests their outcome as a label, such as status_code on http_requests_total',
  saturation:
    "expose the process's own metrics (process_cpu_seconds_total and its like): every official" +
    ' client library has them ready',
};

/** The rate window for a service that is scraped so often; undefined: nobody knows. */
export function chooseWindowMs(scrapeIntervalMs: number | undefined): number {
  if (scrapeIntervalMs === undefined) return WINDOW_MS_UNKNOWN;
  const wantedMs = Math.max(WINDOW_MS_MIN, SCRAPES_PER_WINDOW * scrapeIntervalMs);
  return Math.ceil(wantedMs / 1000) * 1000;
}

/** Plans the signals of a service: the same metrics give the same plan, always. */
export type Planner = (seen: MetricsSeen, binding: Binding) => SignalPlan;

/** Builds a planner, which parses each recipe of the table once. */
export function createPlanner(table: readonly Convention[] = CONVENTIONS): Planner {
  const parsed = new WeakMap<LineRecipe, Recipe>();
  const parse = (line: LineRecipe): Recipe => {
    const recipe = parsed.get(line) ?? parseRecipe(line.expression);
    parsed.set(line, recipe);
    return recipe;
  };
  // What a service is there for comes before what it asks of others, whoever's names they have.
  const ordered = table.toSorted((a, b) => Number(a.slot === 'calls') - Number(b.slot === 'calls'));
  return (seen, binding) => planSignals({ seen, binding, table: ordered, parse });
}

interface Planning {
  readonly seen: MetricsSeen;
  readonly binding: Binding;
  readonly table: readonly Convention[];
  readonly parse: (line: LineRecipe) => Recipe;
}

function planSignals(planning: Planning): SignalPlan {
  const { seen, table } = planning;
  const signals: PlannedSignal[] = [];
  const taken = new Set<string>();
  const advice = new Map<SignalKind, string>();
  for (const convention of table) {
    const found = listRecipes(convention, seen)
      .filter(({ kind }) => !taken.has(slotOf(convention, kind)))
      .flatMap((recipe) => bindSignal(planning, convention, recipe));
    for (const signal of found) {
      signals.push(signal);
      taken.add(slotOf(convention, signal.kind));
    }
    if (found.length === 0) continue;
    for (const kind of KINDS) {
      const sentence = convention.advice?.[kind];
      if (sentence !== undefined && !advice.has(kind)) advice.set(kind, sentence);
    }
  }
  return { signals: choose(signals), missing: adviseOn(signals, advice) };
}

function slotOf({ slot }: Convention, kind: SignalKind): string {
  return `${slot} ${kind}`;
}

function listRecipes(convention: Convention, seen: MetricsSeen): readonly SignalRecipe[] {
  if (convention.sign !== undefined && !seen.has(convention.sign)) return [];
  const requests = (convention.requests ?? []).flatMap((one) => findRequestSignals(one, seen));
  return [...requests, ...(convention.signals ?? [])];
}

function bindSignal(
  { seen, binding, parse }: Planning,
  convention: Convention,
  recipe: SignalRecipe,
): readonly PlannedSignal[] {
  const lines = recipe.lines.flatMap((line) => {
    const { expr, metrics } = parse(line);
    if (!metrics.every((metric) => seen.has(metric))) return [];
    const bound = bindRecipe(expr, binding);
    return [{ name: line.name, expression: formatExpr(bound), expr: bound }];
  });
  if (lines.length === 0) return [];
  const { kind, title, unit, isFullness = false } = recipe;
  return [{ kind, title, convention: convention.name, unit, isFullness, lines }];
}

/** In order of kind, and of the table within. What the others leave over, saturation may use. */
function choose(signals: readonly PlannedSignal[]): readonly PlannedSignal[] {
  const chosen: PlannedSignal[] = [];
  for (const kind of KINDS) {
    const own = signals.filter((signal) => signal.kind === kind);
    const most = kind === 'saturation' ? SIGNALS_MAX - chosen.length : REQUEST_SIGNALS_MAX;
    chosen.push(...own.slice(0, most));
  }
  return chosen;
}

function adviseOn(
  signals: readonly PlannedSignal[],
  advice: ReadonlyMap<SignalKind, string>,
): readonly Advice[] {
  return KINDS.filter((kind) => !signals.some((signal) => signal.kind === kind)).map((kind) => ({
    kind,
    advice: advice.get(kind) ?? ADVICE[kind],
  }));
}
