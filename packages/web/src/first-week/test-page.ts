/**
 * A page on request, hop by hop: from the click to the acknowledgement.
 *
 * Two clocks take part. What happens in this browser is measured on its stopwatch; what happens in
 * the server comes with the server's times, of which only the distances among each other are used.
 * Where the one begins on the other is unknown by the time on the wire, which is taken as equally
 * long both ways.
 */
import type { AlertDetail, PageView } from '@nines/contract';
import type { Failure } from '../api/failure.ts';

/** One test. Its times are in milliseconds on this browser's stopwatch. */
export interface TestPageRun {
  readonly askedMs: number;
  readonly answer:
    | { readonly alertId: string; readonly requestedAt: number; readonly atMs: number }
    | undefined;
  readonly refusal: Failure | undefined;
  /** When pages reached this tab, by their alert: one may come before the answer does. */
  readonly arrivals: Readonly<Record<string, { readonly atMs: number; readonly shownMs?: number }>>;
  readonly acknowledgedMs: number | undefined;
}

export const HOPS = ['asked', 'stored', 'queued', 'arrived', 'shown', 'acknowledged'] as const;

export interface Hop {
  readonly id: (typeof HOPS)[number];
  /** Since the click; undefined: not yet. */
  readonly afterMs: number | undefined;
}

/** Not there after this is late, and worth a reason. */
export const LATE_AFTER_MS = 3000;

export function beginRun(askedMs: number): TestPageRun {
  return {
    askedMs,
    answer: undefined,
    refusal: undefined,
    arrivals: {},
    acknowledgedMs: undefined,
  };
}

/** A page reached this tab. The same page comes again after a reconnect: the first time counts. */
export function noteArrival(run: TestPageRun, alertId: string, atMs: number): TestPageRun {
  if (run.arrivals[alertId] !== undefined) return run;
  return { ...run, arrivals: { ...run.arrivals, [alertId]: { atMs } } };
}

/** The page has been painted. */
export function noteShown(run: TestPageRun, alertId: string, shownMs: number): TestPageRun {
  const arrival = run.arrivals[alertId];
  if (arrival === undefined || arrival.shownMs !== undefined) return run;
  return { ...run, arrivals: { ...run.arrivals, [alertId]: { ...arrival, shownMs } } };
}

/** When the page of this run came and was shown; undefined: it has not come. */
export function findArrival(run: TestPageRun): TestPageRun['arrivals'][string] | undefined {
  return run.answer === undefined ? undefined : run.arrivals[run.answer.alertId];
}

/** Every hop with how long after the click it happened. */
export function listHops(run: TestPageRun, detail: AlertDetail | undefined): readonly Hop[] {
  const since = (atMs: number | undefined) =>
    atMs === undefined ? undefined : Math.max(0, atMs - run.askedMs);
  const arrival = findArrival(run);
  const arrivedMs = since(arrival?.atMs);
  const inServer = (kind: string) => findServerHop(run, detail, { kind, arrivedMs });
  const times: Readonly<Record<Hop['id'], number | undefined>> = {
    asked: 0,
    stored: inServer('alert.stored'),
    queued: inServer('page.sent'),
    arrived: arrivedMs,
    shown: since(arrival?.shownMs),
    acknowledged: since(run.acknowledgedMs),
  };
  return HOPS.map((id) => ({ id, afterMs: times[id] }));
}

/** When something happened in the server, on this browser's stopwatch since the click. */
function findServerHop(
  run: TestPageRun,
  detail: AlertDetail | undefined,
  about: { readonly kind: string; readonly arrivedMs: number | undefined },
): number | undefined {
  const { kind, arrivedMs } = about;
  const { answer } = run;
  const after = (one: string) => {
    const at = detail?.history.find((entry) => entry.kind === one)?.at;
    return at === undefined || answer === undefined
      ? undefined
      : Math.max(0, at - answer.requestedAt);
  };
  const afterMs = after(kind);
  if (afterMs === undefined || arrivedMs === undefined) return afterMs;
  const leftAfterMs = after('page.handed') ?? afterMs;
  const wayThereMs = Math.max(0, arrivedMs - leftAfterMs) / 2;
  return Math.min(afterMs + wayThereMs, arrivedMs);
}

/** Why a page is not there yet, by what is known; each has a sentence with what to do. */
export type LateReason = 'streamDown' | 'notStored' | 'notSent' | 'notDelivered' | 'elsewhere';

export function findLateReason(
  run: TestPageRun,
  about: { readonly isStreamOpen: boolean; readonly pages: readonly PageView[] | undefined },
): LateReason {
  if (!about.isStreamOpen) return 'streamDown';
  if (run.answer === undefined) return 'notStored';
  const toBrowser = about.pages?.filter(({ channel }) => channel === 'browser') ?? [];
  if (toBrowser.some(({ state }) => state === 'delivered')) return 'elsewhere';
  return toBrowser.some(({ lastError }) => lastError !== null) ? 'notDelivered' : 'notSent';
}
