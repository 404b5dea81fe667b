/** Objectives as the contract shows them. */
import type {
  BurnDown,
  SloAlert,
  SloDetail,
  SloList,
  SloQuery,
  SloState,
  SloSummary,
} from '@nines/contract';
import type { Catalog } from '../catalog/index.ts';
import { type Clock, formatDuration, notFound } from '../platform/index.ts';
import type { GroupView } from '../rules/index.ts';
import { ALERT_NAME, isOutputFiring } from './alert-rules.ts';
import { isPairHolding } from './burn.ts';
import {
  allowedRatio,
  burnRateThreshold,
  errorRatioThreshold,
  exhaustionMs,
  formatPercent,
  oneFailureRatio,
  remarksOnAlert,
} from './burn-rate.ts';
import { BUDGET_KEY, budgetLeftOf, errorRatioOf } from './gauges.ts';
import type { Ledger } from './ledger.ts';
import { BURN_DOWN_POINTS_MAX, ONE_FAILURE_RATIO, TRAFFIC_MS_MIN } from './limits.ts';
import type { BurnRateAlert, Counts, Slo } from './model.ts';
import { nominalMs, windowAt } from './time-window.ts';
import type { Counted, SloWorker } from './worker.ts';

export interface SloViews {
  listSlos(query: SloQuery): SloList;
  /** Throws `SLO_NOT_FOUND`. */
  getSlo(name: string): SloDetail;
  countStates(): Record<SloState, number>;
  /** The worst objective of each service that has one. */
  worstByService(): ReadonlyMap<string, SloSummary>;
}

export interface SloViewSources {
  readonly worker: Pick<SloWorker, 'all' | 'find'>;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly groups: () => readonly GroupView[];
  readonly retentionMs: number;
}

/** The worst first. */
const STATES: readonly SloState[] = ['exhausted', 'burning', 'unmeasured', 'fine'];
/** The burn-down's steps are whole multiples of this, so that its points hold still. */
const STEP_MS = 1_000;

/** Builds the views. */
export function createSloViews(sources: SloViewSources): SloViews {
  const { worker, clock } = sources;
  const listAll = (nowMs: number): readonly SloSummary[] => {
    const groups = new Map(sources.groups().map((group) => [group.name, group]));
    return worker
      .all()
      .map(({ ledger }) => summarize(ledger, { sources, nowMs, groups }))
      .sort(compareWorst);
  };
  return {
    listSlos({ service }) {
      const now = clock.now();
      const slos = listAll(now).filter((slo) => service === undefined || slo.service === service);
      return { now, slos };
    },
    getSlo(name) {
      const counted = worker.find(name);
      if (counted === undefined) {
        throw notFound('SLO_NOT_FOUND', `there is no SLO "${name}"; see nines slos`);
      }
      const groups = new Map(sources.groups().map((group) => [group.name, group]));
      return describe(counted, { sources, nowMs: clock.now(), groups });
    },
    countStates() {
      const counts = { fine: 0, burning: 0, exhausted: 0, unmeasured: 0 };
      for (const { state } of listAll(clock.now())) counts[state]++;
      return counts;
    },
    worstByService() {
      const worst = new Map<string, SloSummary>();
      for (const slo of listAll(clock.now())) {
        if (slo.service !== null && !worst.has(slo.service)) worst.set(slo.service, slo);
      }
      return worst;
    },
  };
}

interface Context {
  readonly sources: SloViewSources;
  readonly nowMs: number;
  readonly groups: ReadonlyMap<string, GroupView>;
}

function summarize(ledger: Ledger, context: Context): SloSummary {
  const { sources, nowMs } = context;
  const { slo } = ledger;
  const window = windowAt(slo.window, nowMs);
  const counts = ledger.countsWithin({ fromMs: window.fromMs, key: BUDGET_KEY }, nowMs);
  const left = budgetLeftOf(counts, slo.objective);
  const { good, total } = counts ?? { good: 0, total: 0 };
  const burnRate = burnRateNow(ledger, nowMs);
  const isFiring = slo.alerts.some(({ output }) => isOutputFiring(slo, output, context.groups));
  return {
    name: slo.name,
    displayName: slo.displayName,
    service: slo.service,
    owner: sources.catalog.findService(slo.service)?.owner ?? null,
    description: slo.description ?? null,
    objective: slo.objective,
    windowMs: nominalMs(slo.window),
    isCalendar: slo.window.kind === 'calendar',
    ...window,
    countedSinceMs: ledger.sinceMs(nowMs) ?? null,
    goodCount: good,
    totalCount: total,
    badCount: total - good,
    budgetCount: total * allowedRatio(slo.objective),
    budgetLeftRatio: left ?? null,
    burnRate: burnRate ?? null,
    exhaustedAt: exhaustedAt(slo, { left, burnRate, nowMs }) ?? null,
    state: stateOf(left, isFiring),
  };
}

/** What is overspent stays so whether or not it still burns; what is unmeasured is neither. */
function stateOf(left: number | undefined, isFiring: boolean): SloState {
  if (left !== undefined && left < 0) return 'exhausted';
  if (isFiring) return 'burning';
  return left === undefined ? 'unmeasured' : 'fine';
}

function compareWorst(a: SloSummary, b: SloSummary): number {
  const byState = STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (byState !== 0) return byState;
  const byBudget = (a.budgetLeftRatio ?? 1) - (b.budgetLeftRatio ?? 1);
  return byBudget !== 0 ? byBudget : a.name < b.name ? -1 : 1;
}

/** Over the shortest long window: the first one that says that it matters. */
function burnRateNow(ledger: Ledger, nowMs: number): number | undefined {
  const { alerts, objective, window } = ledger.slo;
  const longMs = Math.min(nominalMs(window), ...alerts.map((alert) => alert.longMs));
  const counts = ledger.countsWithin({ fromMs: nowMs - longMs, key: longMs }, nowMs);
  const ratio = errorRatioOf(counts);
  return ratio === undefined ? undefined : ratio / allowedRatio(objective);
}

/**
 * When nothing is left at this rate. A rolling window gives budget back as old failures leave it,
 * so at the even pace or below it is never gone; a calendar one ends before, or does not.
 */
function exhaustedAt(
  slo: Slo,
  now: {
    readonly left: number | undefined;
    readonly burnRate: number | undefined;
    readonly nowMs: number;
  },
): number | undefined {
  const { left, burnRate, nowMs } = now;
  if (left === undefined || burnRate === undefined || left <= 0 || burnRate <= 0) return undefined;
  if (slo.window.kind === 'rolling' && burnRate <= 1) return undefined;
  const atMs = Math.round(nowMs + left * exhaustionMs(burnRate, nominalMs(slo.window)));
  const isTooLate = slo.window.kind === 'calendar' && atMs > windowAt(slo.window, nowMs).toMs;
  return isTooLate ? undefined : atMs;
}

function describe(counted: Counted, context: Context): SloDetail {
  const { nowMs } = context;
  const { ledger } = counted;
  const { slo } = ledger;
  const { good, bad, total } = slo.indicator;
  const summary = summarize(ledger, context);
  return {
    now: nowMs,
    slo: summary,
    file: slo.place.file,
    indicator: {
      good: good?.text.trim() ?? null,
      bad: bad?.text.trim() ?? null,
      total: total.text.trim(),
    },
    alerts: slo.alerts.map((alert) => viewAlert(counted, alert, context)),
    burnDown: readBurnDown(ledger, nowMs),
    remarks: [...remarksOn(ledger, summary, context)],
  };
}

/** One pair of windows; it fires where it is a reason for the alert of its output. */
function viewAlert(counted: Counted, alert: BurnRateAlert, { nowMs, groups }: Context): SloAlert {
  const { ledger } = counted;
  const { objective, window } = ledger.slo;
  const windowMs = nominalMs(window);
  const ratioOf = (lengthMs: number): number | null =>
    errorRatioOf(ledger.countsWithin({ fromMs: nowMs - lengthMs, key: lengthMs }, nowMs)) ?? null;
  return {
    name: ALERT_NAME,
    ...alert,
    burnRateThreshold: burnRateThreshold(alert, windowMs),
    errorRatioThreshold: errorRatioThreshold(alert, { windowMs, objective }),
    longRatio: ratioOf(alert.longMs),
    shortRatio: ratioOf(alert.shortMs),
    isFiring:
      isOutputFiring(ledger.slo, alert.output, groups) && isPairHolding(counted, alert, nowMs),
  };
}

/** Looks up single points of the ledger: two for each point of the chart, whatever the window. */
function readBurnDown(ledger: Ledger, nowMs: number): BurnDown {
  const { slo } = ledger;
  const { fromMs: windowFromMs, toMs: windowToMs } = windowAt(slo.window, nowMs);
  const lengthMs = windowToMs - windowFromMs;
  const stepMs = Math.ceil(lengthMs / (BURN_DOWN_POINTS_MAX - 1) / STEP_MS) * STEP_MS;
  const fromMs = Math.ceil(windowFromMs / stepMs) * stepMs;
  const sinceMs = ledger.sinceMs(nowMs) ?? Infinity;
  const budgetLeft: (number | null)[] = [];
  const bad: (number | null)[] = [];
  const total: (number | null)[] = [];
  const countsAt = (atMs: number): Counts | undefined =>
    atMs < sinceMs ? undefined : ledger.countsAt(atMs, nowMs);
  let before = countsAt(fromMs - stepMs);
  for (let atMs = fromMs; atMs <= nowMs; atMs += stepMs) {
    const counts = countsAt(atMs);
    const begin = Math.max(sinceMs, windowAt(slo.window, atMs).fromMs);
    const inWindow = difference(counts, counts === undefined ? undefined : countsAt(begin));
    const inStep = difference(counts, before ?? countsAt(Math.max(sinceMs, atMs - stepMs)));
    budgetLeft.push(budgetLeftOf(inWindow, slo.objective) ?? null);
    const isMeasured = inStep !== undefined && inStep.total > 0;
    bad.push(isMeasured ? inStep.total - inStep.good : null);
    total.push(isMeasured ? inStep.total : null);
    before = counts;
  }
  return { fromMs, stepMs, budgetLeft, bad, total };
}

function difference(after: Counts | undefined, before: Counts | undefined): Counts | undefined {
  if (after === undefined || before === undefined) return undefined;
  return { good: after.good - before.good, total: after.total - before.total };
}

function* remarksOn(
  ledger: Ledger,
  summary: SloSummary,
  { sources, nowMs }: Context,
): IterableIterator<string> {
  const { slo, sampleIntervalMs } = ledger;
  const { retentionMs } = sources;
  const { windowMs, objective, totalCount, fromMs, countedSinceMs } = summary;
  for (const alert of slo.alerts) {
    yield* remarksOnAlert(alert, { windowMs, objective, sampleIntervalMs });
  }
  if (retentionMs < windowMs) {
    yield `Samples are kept for ${formatDuration(retentionMs)}, less than the window of ` +
      `${formatDuration(windowMs)}: figures cover what is kept. Set storage.tsdb.retention.time.`;
  }
  const countedMs = nowMs - Math.max(fromMs, countedSinceMs ?? nowMs);
  // A few minutes are no traffic to speak of.
  if (countedMs < Math.min(TRAFFIC_MS_MIN, windowMs / 12) || totalCount <= 0) return;
  const share = oneFailureRatio((totalCount * windowMs) / countedMs, objective);
  if (share < ONE_FAILURE_RATIO) return;
  yield `At today's traffic one failure spends ${formatPercent(share)} of the budget: alerts will ` +
    'fire on single failures. Lengthen the window, lower the objective, or count several services together.';
}
