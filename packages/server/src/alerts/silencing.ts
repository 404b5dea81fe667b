/**
 * How a silence holds the paging of an alert back. Pure.
 *
 * A silenced alert goes on being evaluated and recorded; it starts no page and no step of its
 * escalation. When the silence is over and the alert still fires, its escalation begins anew with
 * the first step: whoever was asleep behind the silence has not been told. An alert that somebody
 * has needs no silence, and a test page that somebody asks for is let through.
 *
 * A page under way cannot be called back; it is not tried again while the silence lasts. That an
 * alert is over is still told to the channels that were paged for it before: what they opened is
 * to be closed.
 */
import { formatDuration } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import type { DecisionContext, Draft } from './draft.ts';
import { beginEscalation, stopEscalation } from './escalation.ts';
import type { Alert, AlertFile, AlertOrigin, Silencing } from './model.ts';
import { clockTime } from './sentences.ts';

/** The silence in force that keeps alerts with these labels quiet; of several, what ends last. */
export type FindSilencing = (labels: Labels, nowMs: number) => Silencing | undefined;

/** Where decisions look silences up; empty until somebody fills it. */
export interface SilenceShelf {
  use(find: FindSilencing): void;
  find: FindSilencing;
}

/** Builds the shelf, without silences. */
export function createSilenceShelf(): SilenceShelf {
  let current: FindSilencing = () => undefined;
  return {
    use(find) {
      current = find;
    },
    find: (labels, nowMs) => current(labels, nowMs),
  };
}

/** Whether an alert is to be brought in line with the silences in force. */
export function isSilenceChanged({ alert }: AlertFile, context: DecisionContext): boolean {
  return !isSame(alert.silence, silencingOf(alert, context));
}

/** Brings an alert in line with the silences in force: its paging stops, or begins anew. */
export function reviewSilence(draft: Draft): void {
  const before = draft.alert().silence;
  const now = silencingOf(draft.alert(), draft);
  if (isSame(before, now)) return;
  if (now !== undefined) beginSilence(draft, now, before);
  else if (before !== undefined) endSilence(draft, before);
}

/** `silenced by Mina until 05:00:00 UTC`. */
export function describeSilencing({ by, untilMs }: Silencing, nowMs: number): string {
  return `silenced by ${by} until ${untilTime(untilMs, nowMs)}`;
}

/** Whether silences hold for alerts of an origin: a test was asked for, a sample never happened. */
export function heedsSilences(origin: AlertOrigin): boolean {
  return origin !== 'test' && origin !== 'sample';
}

function silencingOf(alert: Alert, context: DecisionContext): Silencing | undefined {
  if (alert.state !== 'firing' || alert.acknowledgedAtMs !== undefined) return undefined;
  if (!heedsSilences(alert.origin)) return undefined;
  return context.findSilencing(alert.labels, context.nowMs);
}

function beginSilence(draft: Draft, silence: Silencing, before: Silencing | undefined): void {
  draft.setAlert({ silence });
  const because = describeSilencing(silence, draft.nowMs);
  const why = `${because}: ${silence.comment} (silence ${silence.id})`;
  draft.note('alert.silenced', `${openingOf(draft.alert(), before)}${why}`);
  stopEscalation(draft, `it was ${because}`);
}

function openingOf({ output, stepsBegun }: Alert, before: Silencing | undefined): string {
  if (before !== undefined) return 'still ';
  if (output !== 'page') return '';
  return stepsBegun === 0 ? 'nobody was paged: ' : 'nobody else is paged: ';
}

function endSilence(draft: Draft, { id, by, untilMs }: Silencing): void {
  draft.setAlert({ silence: undefined });
  const { state, acknowledgedAtMs, output } = draft.alert();
  if (state !== 'firing' || acknowledgedAtMs !== undefined) return;
  const early = untilMs - draft.nowMs;
  const when = early > 0 ? `, ${formatDuration(Math.ceil(early / 1000) * 1000)} early` : '';
  const what = `silence ${id} by ${by} is over${when}, and it still fires`;
  draft.note('alert.unsilenced', output === 'page' ? `${what}: paging now` : what);
  if (output === 'page') beginEscalation(draft);
}

/** A time of day, with its date where that is not within a day. */
function untilTime(atMs: number, nowMs: number): string {
  const isNear = Math.abs(atMs - nowMs) < 86_400_000;
  return isNear
    ? clockTime(atMs)
    : `${new Date(atMs).toISOString().slice(0, 10)} ${clockTime(atMs)}`;
}

function isSame(a: Silencing | undefined, b: Silencing | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.id === b.id && a.untilMs === b.untilMs && a.by === b.by && a.comment === b.comment;
}
