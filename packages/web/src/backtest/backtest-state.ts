/** Which rule is tested over which time, kept in the URL: a link to it is a proposal. */
import type { BacktestRequest } from '@nines/contract';
import { sideOfLimit, splitComparison } from '../alerts/split-comparison.ts';
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';

export const RANGES = ['1h', '6h', '24h', '7d', '28d'] as const;

const USUAL_RANGE_MS = 7 * 86_400_000;
/** What the server would refuse anyway. */
const RANGE_MS_MAX = 366 * 86_400_000;

export interface BacktestState {
  /** The alert's name; '' for a new one. */
  readonly name: string;
  readonly group: string;
  readonly expression: string;
  readonly forMs: number;
  readonly rangeMs: number;
}

/** Where a rule is tested; a new one has no name. */
export function backtestPath(rule: Partial<BacktestState>): string {
  const state = { name: '', group: '', expression: '', forMs: 0, rangeMs: USUAL_RANGE_MS };
  return `/backtest?${formatBacktest({ ...state, ...rule })}`;
}

export function parseBacktest(search: string): BacktestState {
  const params = new URLSearchParams(search);
  const duration = (name: string) => parseConfigDuration(params.get(name) ?? '');
  return {
    name: params.get('name') ?? '',
    group: params.get('group') ?? '',
    expression: params.get('q') ?? '',
    forMs: duration('for') ?? 0,
    rangeMs: Math.min(duration('range') ?? USUAL_RANGE_MS, RANGE_MS_MAX),
  };
}

export function formatBacktest(state: BacktestState): string {
  const params = new URLSearchParams();
  if (state.name !== '') params.set('name', state.name);
  if (state.group !== '') params.set('group', state.group);
  if (state.expression !== '') params.set('q', state.expression);
  if (state.forMs !== 0) params.set('for', formatConfigDuration(state.forMs));
  if (state.rangeMs !== USUAL_RANGE_MS) params.set('range', formatConfigDuration(state.rangeMs));
  return params.toString();
}

/** What the server is asked; a rule without a name is held against none. */
export function toRequest(state: BacktestState, nowMs: number): BacktestRequest {
  const { name, group, expression, forMs, rangeMs } = state;
  return {
    name: name === '' ? 'New' : name,
    ...(group === '' ? {} : { group }),
    // A new rule takes nothing over from one that happens to be called as it is here.
    ...(name === '' ? { labels: { severity: 'page' }, keepFiringForMs: 0 } : {}),
    expression,
    forMs,
    fromMs: nowMs - rangeMs,
    toMs: nowMs,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    comparesInForce: name !== '',
  };
}

/** Closer together than this values are drawn as they are. */
const PEAK_STEP_MS = 60_000;

/**
 * What a graph of some step draws of an expression that has a limit: the value of each step that is
 * furthest beyond it, because a graph of single values would miss what the rule saw.
 */
export function peaksOf(rule: string, stepMs: number): string {
  const { expression } = splitComparison(rule);
  const side = sideOfLimit(rule);
  if (side === undefined || stepMs <= PEAK_STEP_MS) return expression;
  const peak = side === 'above' ? 'max_over_time' : 'min_over_time';
  return `${peak}((${expression})[${formatConfigDuration(stepMs)}:1m])`;
}

/** Waits that a slider offers, and the one that is set. */
export function waitsWith(forMs: number): readonly number[] {
  const usual = [0, 0.5, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 120, 180, 360].map(
    (minutes) => minutes * 60_000,
  );
  return usual.includes(forMs) ? usual : [...usual, forMs].sort((a, b) => a - b);
}

/** The ends and the step of a slider for a limit that is held against values up to a largest. */
export function limitScale(
  limit: number,
  values: { readonly min: number; readonly max: number } | undefined,
): { readonly min: number; readonly max: number; readonly step: number } {
  const max = Math.max(0, 2 * limit, values?.max ?? 0);
  const min = Math.min(0, 2 * limit, values?.min ?? 0);
  if (min === max) return { min, max: 1, step: 0.01 };
  return { min, max, step: 10 ** Math.floor(Math.log10((max - min) / 100)) };
}
