/** What a service is compared with, kept in the URL. */
import { formatConfigDuration, parseConfigDuration } from '../format/duration.ts';

/** How much time each side is read over: what is one press away. */
export const LENGTHS = ['10m', '30m', '1h', '6h'] as const;
const USUAL_MS = 30 * 60_000;
const LENGTH_MS_MIN = 60_000;
const LENGTH_MS_MAX = 24 * 3_600_000;

export type CompareState = { readonly lengthMs: number } & (
  | {
      readonly mode: 'moment';
      /** Undefined: the newest deploy, where there is one. */
      readonly at: number | undefined;
    }
  | {
      readonly mode: 'group';
      /** Empty while nothing is chosen. */
      readonly label: string;
      readonly a: string;
      /** Empty: all others. */
      readonly b: string;
    }
);

export function parseCompare(search: string): CompareState {
  const params = new URLSearchParams(search);
  const lengthMs = Math.min(
    LENGTH_MS_MAX,
    Math.max(LENGTH_MS_MIN, parseConfigDuration(params.get('length') ?? '') ?? USUAL_MS),
  );
  const label = params.get('by');
  if (label !== null) {
    return { mode: 'group', lengthMs, label, a: params.get('a') ?? '', b: params.get('b') ?? '' };
  }
  const at = params.get('at') ?? '';
  return { mode: 'moment', lengthMs, at: /^\d{1,15}$/.test(at) ? Number(at) : undefined };
}

export function formatCompare(state: CompareState): string {
  const params = new URLSearchParams();
  if (state.mode === 'group') {
    params.set('by', state.label);
    if (state.a !== '') params.set('a', state.a);
    if (state.b !== '') params.set('b', state.b);
  } else if (state.at !== undefined) params.set('at', String(state.at));
  if (state.lengthMs !== USUAL_MS) params.set('length', formatConfigDuration(state.lengthMs));
  return params.toString();
}

/** What to ask the server; empty: what there is to choose. */
export function toComparisonQuery(state: CompareState, newestDeployAt: number | undefined) {
  const { lengthMs: length } = state;
  if (state.mode === 'moment') {
    const at = state.at ?? newestDeployAt;
    return at === undefined ? {} : { at, length };
  }
  const { label, a, b } = state;
  if (label === '' || a === '') return {};
  return b === '' ? { label, a, length } : { label, a, b, length };
}

/** A moment as the browser's field for one takes it, in the viewer's own zone, to the minute. */
export function formatMoment(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}

export function parseMoment(text: string): number | undefined {
  const atMs = new Date(text).getTime();
  return Number.isNaN(atMs) ? undefined : atMs;
}
