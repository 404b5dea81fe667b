/** Asks a store what a lint has to know of rules: their selectors, their results, their ways. */
import {
  createAsk,
  explainSelector,
  findLimited,
  type Ask,
  type AskStore,
  type FindTarget,
} from '../explanations/index.ts';
import type { BacktestAsker } from '../backtests/index.ts';
import type { Clock } from '../platform/index.ts';
import {
  type Expr,
  formatExpr,
  kindOf,
  type MatrixSeries,
  type QueryCost,
  type VectorSelectorNode,
} from '../promql/index.ts';
import {
  createLabels,
  type Labels,
  labelsRecord,
  type Matcher,
  METRIC_NAME,
} from '../series/index.ts';
import {
  COUNTED_SERIES_MAX,
  LABELLED_SERIES_MAX,
  LINT_TIMEOUT_MS,
  RULES_ASKED_MAX,
} from './limits.ts';
import {
  type PlacedRule,
  type RouteFacts,
  type RuleFacts,
  type SelectorFacts,
  type ServerFacts,
} from './model.ts';
import { formatSelector, listSelectors, unwrap } from './selectors.ts';

/** What a server tells; `app` wires it. */
export interface FactSource {
  readonly ask: AskStore;
  readonly findTarget: FindTarget;
  readonly clock: Clock;
  readonly queryTimeoutMs: () => number;
  /** Lets other work run. */
  readonly pause: () => Promise<void>;
  /** What an evaluation takes, from the index alone. */
  estimateCost(expr: Expr, atMs: number): QueryCost;
  /** Names of labels of the series that match lately. */
  labelNames(matchers: readonly Matcher[]): readonly string[];
  /** The longest interval of the jobs whose series match lately; undefined: not known. */
  intervalOf(matchers: readonly Matcher[]): number | undefined;
  /** The way of an alert with these labels and annotations. */
  routeOf(alert: {
    readonly labels: Labels;
    readonly annotations: Readonly<Record<string, string>>;
  }): RouteFacts;
  /** What does not depend on the rules that are linted. */
  known(): Omit<ServerFacts, 'selectors' | 'rules'>;
}

export interface Gathered {
  readonly server: ServerFacts;
  /** Rules that no time was left for. */
  readonly unaskedCount: number;
}

/** Gathers it within the time of a lint. Throws when the asker goes away. */
export async function gatherFacts(
  rules: readonly PlacedRule[],
  source: FactSource,
  asker: BacktestAsker,
): Promise<Gathered> {
  const { clock } = source;
  const deadlineMs = clock.monotonicMs() + Math.min(LINT_TIMEOUT_MS, source.queryTimeoutMs());
  const ask = createAsk({ ...source, asker, deadlineMs });
  const selectors = new Map<string, SelectorFacts>();
  const facts = new Map<PlacedRule, RuleFacts>();
  const nowMs = clock.now();
  for (const placed of rules.slice(0, RULES_ASKED_MAX)) {
    if (clock.monotonicMs() >= deadlineMs) break;
    const atMs = nowMs - (placed.group.queryOffsetMs ?? 0);
    const inquiry: Inquiry = { source, ask, atMs };
    for (const { selector } of listSelectors(placed.expr)) {
      const key = formatSelector(selector);
      if (!selectors.has(key)) selectors.set(key, await askSelector(selector, key, inquiry));
    }
    facts.set(placed, await askRule(placed, inquiry));
  }
  const server = { ...source.known(), selectors, rules: facts };
  return { server, unaskedCount: rules.length - facts.size };
}

interface Inquiry {
  readonly source: FactSource;
  readonly ask: Ask;
  readonly atMs: number;
}

async function askSelector(
  selector: VectorSelectorNode,
  key: string,
  inquiry: Inquiry,
): Promise<SelectorFacts> {
  const { source, ask, atMs } = inquiry;
  const seriesCount = await countOf(key, inquiry);
  if (seriesCount === undefined || seriesCount === 0) {
    const bare = { ...selector, offset: undefined, at: undefined };
    const search = { ask, atMs, isOwn: () => true, findTarget: source.findTarget };
    const cause =
      seriesCount === 0
        ? await explainSelector({ kind: 'selector', selector: bare }, search)
        : undefined;
    return { seriesCount, cause, labelNames: undefined, intervalMs: undefined };
  }
  const names =
    seriesCount > LABELLED_SERIES_MAX ? undefined : source.labelNames(selector.matchers);
  return {
    seriesCount,
    cause: undefined,
    labelNames: names === undefined ? undefined : new Set(names),
    intervalMs: source.intervalOf(selector.matchers),
  };
}

/** Undefined: it could not be asked. */
async function countOf(text: string, { ask, atMs }: Inquiry): Promise<number | undefined> {
  const answer = await ask.at(`count(${text})`, atMs);
  return answer.kind === 'failed' ? undefined : (answer.series[0]?.values[0] ?? 0);
}

async function askRule({ rule, expr }: PlacedRule, inquiry: Inquiry): Promise<RuleFacts> {
  const { source, atMs } = inquiry;
  const text = formatExpr(expr);
  const isScalar = kindOf(expr) === 'scalar';
  const cost = source.estimateCost(expr, atMs);
  const resultCount = isScalar ? 1 : await countOf(text, inquiry);
  if (rule.kind === 'record' || isScalar) {
    return { cost, resultCount, alertsMax: undefined, route: undefined };
  }
  const measured = measuredOf(expr);
  const isSmall = cost.seriesCount <= COUNTED_SERIES_MAX;
  const { count, labels } =
    measured === undefined
      ? { count: undefined, labels: await findLabels(text, inquiry) }
      : await askElements(formatExpr(measured), isSmall, inquiry);
  const own = { ...Object.fromEntries(rule.labels), alertname: rule.name };
  const route = source.routeOf({
    labels: createLabels({ ...labels, ...own }),
    annotations: Object.fromEntries(rule.annotations),
  });
  // Without a series nobody knows which service it would be about.
  const isKnown = labels !== undefined || route.service !== null;
  return { cost, resultCount, alertsMax: count, route: isKnown ? route : undefined };
}

/** The series that may become alerts: those that are held against something. */
function measuredOf(expr: Expr): Expr | undefined {
  const limited = findLimited(expr);
  if (limited !== undefined) return limited.measured;
  const bare = unwrap(expr);
  const isCompared = bare.type === 'binary' && /^(?:[=!]=|[<>]=?)$/.test(bare.operator);
  return isCompared && bare.kind === 'vector' ? bare.left : undefined;
}

/** How many elements there are, and the labels of one: in one evaluation where they are not many. */
async function askElements(
  text: string,
  isSmall: boolean,
  inquiry: Inquiry,
): Promise<{
  readonly count: number | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
}> {
  if (!isSmall) {
    const count = await countOf(text, inquiry);
    return { count, labels: count === 0 ? undefined : await findLabels(text, inquiry) };
  }
  const answer = await inquiry.ask.at(text, inquiry.atMs);
  if (answer.kind === 'failed') return { count: undefined, labels: undefined };
  const { series } = answer;
  return { count: series.length, labels: series.length === 0 ? undefined : labelsOf(series[0]) };
}

/** The labels of one of its series; undefined: it has none. */
async function findLabels(
  text: string,
  { ask, atMs }: Inquiry,
): Promise<Readonly<Record<string, string>> | undefined> {
  const answer = await ask.at(`limitk(1, ${text})`, atMs);
  if (answer.kind === 'failed' || answer.series.length === 0) return undefined;
  return labelsOf(answer.series[0]);
}

/** Those that an alert would have. */
function labelsOf(series: Pick<MatrixSeries, 'labels'>): Readonly<Record<string, string>> {
  const { [METRIC_NAME]: _, ...labels } = labelsRecord(series.labels);
  return labels;
}
