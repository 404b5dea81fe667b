/** Evaluations of a rule as an explanation lists them. Pure. */
import type { WhyEvaluation } from '@nines/contract';
import type { MatrixSeries } from '../promql/index.ts';
import { type AlertTransition, type Cadence, type Instants, latestSlotMs } from '../rules/index.ts';
import { labelsKey } from '../series/index.ts';
import { EVALUATIONS_AROUND, EVALUATIONS_MAX } from './limits.ts';
import { type Bound, findClosest, toJson } from './losses.ts';
import type { Range } from './model.ts';

export interface Windows {
  /** In the order of time; the ends of each are instants of the rule. */
  readonly windows: readonly Instants[];
  /** Instants between them. */
  readonly skippedCount: number;
}

/** The instants around the life of an alert; of a long one those at its beginning and its end. */
export function planWindows(cadence: Cadence, { fromMs, toMs }: Range): Windows {
  const { intervalMs: stepMs } = cadence;
  const aroundMs = EVALUATIONS_AROUND * stepMs;
  const first = latestSlotMs(cadence, fromMs) - aroundMs;
  const last = Math.max(first, latestSlotMs(cadence, toMs));
  const count = (last - first) / stepMs + 1;
  if (count <= EVALUATIONS_MAX) {
    return { windows: [{ fromMs: first, toMs: last, stepMs }], skippedCount: 0 };
  }
  const halfMs = (EVALUATIONS_MAX / 2 - 1) * stepMs;
  return {
    windows: [
      { fromMs: first, toMs: first + halfMs, stepMs },
      { fromMs: last - halfMs, toMs: last, stepMs },
    ],
    skippedCount: count - EVALUATIONS_MAX,
  };
}

/** The last instants of a rule up to a time. */
export function planLast(cadence: Cadence, atMs: number): Windows {
  const { intervalMs: stepMs } = cadence;
  const toMs = latestSlotMs(cadence, atMs);
  const fromMs = toMs - (EVALUATIONS_MAX - 1) * stepMs;
  return { windows: [{ fromMs, toMs, stepMs }], skippedCount: 0 };
}

export interface EvaluationInput {
  readonly windows: readonly Instants[];
  readonly queryOffsetMs: number;
  /** What the rule's expression gave, at times that lie back by the offset. */
  readonly matches: readonly MatrixSeries[];
  /** What it holds against a limit; undefined: no comparison with a number. */
  readonly measured: readonly MatrixSeries[] | undefined;
  readonly bound: Bound;
  readonly stateAt: (atMs: number) => WhyEvaluation['state'];
}

/** One line for each instant. */
export function listEvaluations(input: EvaluationInput): readonly WhyEvaluation[] {
  const { windows, queryOffsetMs, matches, measured, bound, stateAt } = input;
  const matched = elementsByTime(matches);
  const values = measured === undefined ? matched : elementsByTime(measured);
  return windows.flatMap(({ fromMs, toMs, stepMs }) => {
    const evaluations: WhyEvaluation[] = [];
    for (let at = fromMs; at <= toMs; at += stepMs) {
      const timeMs = at - queryOffsetMs;
      const closest = findClosest(values.get(timeMs) ?? [], bound);
      evaluations.push({
        at,
        matchCount: matched.get(timeMs)?.length ?? 0,
        value: toJson(closest?.value ?? Number.NaN),
        state: stateAt(at),
      });
    }
    return evaluations;
  });
}

type ElementsByTime = ReadonlyMap<number, readonly Parameters<typeof findClosest>[0][number][]>;

function elementsByTime(series: readonly MatrixSeries[]): ElementsByTime {
  const byTime = new Map<number, { labels: MatrixSeries['labels']; value: number }[]>();
  for (const { labels, timesMs, values } of series) {
    timesMs.forEach((timeMs, index) => {
      const elements = byTime.get(timeMs);
      const element = { labels, value: values[index] };
      if (elements === undefined) byTime.set(timeMs, [element]);
      else elements.push(element);
    });
  }
  return byTime;
}

/** The worst state of a rule's alerts over time, from all of their changes in order. */
export function stateOfRule(
  transitions: readonly AlertTransition[],
): (atMs: number) => WhyEvaluation['state'] {
  const states = new Map<string, WhyEvaluation['state']>();
  const changes: { readonly atMs: number; readonly state: WhyEvaluation['state'] }[] = [];
  for (const { atMs, alert } of transitions) {
    const key = labelsKey(alert.labels);
    if (alert.state === 'inactive') states.delete(key);
    else states.set(key, alert.state);
    const all = new Set(states.values());
    const state = all.has('firing') ? 'firing' : all.has('pending') ? 'pending' : 'inactive';
    changes.push({ atMs, state });
  }
  return (atMs) => changes.findLast((change) => change.atMs <= atMs)?.state ?? 'inactive';
}

/** The state of an alert over time, as its record has it, which was written after evaluations. */
export function stateOfAlert(
  alert: {
    readonly activeAt: number;
    readonly firedAt: number | null;
    readonly resolvedAt: number | null;
  },
  cadence: Cadence,
): (atMs: number) => WhyEvaluation['state'] {
  const slotOf = (timeMs: number | null): number | null =>
    timeMs === null ? null : latestSlotMs(cadence, timeMs);
  const { activeAt } = alert;
  const [firedAt, resolvedAt] = [slotOf(alert.firedAt), slotOf(alert.resolvedAt)];
  return (atMs) => {
    if (atMs < activeAt || (resolvedAt !== null && atMs >= resolvedAt)) return 'inactive';
    return firedAt !== null && atMs >= firedAt ? 'firing' : 'pending';
  };
}

/** Evaluations at which the record has an alert pending or firing and the samples do not. */
export function countDifferences(evaluations: readonly WhyEvaluation[], untilMs: number): number {
  const differs = ({ at, state, matchCount }: WhyEvaluation): boolean =>
    state !== 'inactive' && at < untilMs && matchCount === 0;
  return evaluations.filter(differs).length;
}
