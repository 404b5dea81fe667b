import assert from 'node:assert/strict';
import test from 'node:test';
import type { DemoFault, SloSummary } from '@nines/contract';
import { alertOf, NOW } from '../alerts/testing.ts';
import { STEPS, type Story, type StoryFacts, tellStory, timeOfStep } from './story.ts';

const SECOND_MS = 1000;
const at = (seconds: number) => NOW + seconds * SECOND_MS;
const errors = (since: number | null): DemoFault => ({
  id: 'pay.errors',
  service: 'pay',
  kind: 'errors',
  since,
});
const latency = (since: number | null): DemoFault => ({
  id: 'pay.latency',
  service: 'pay',
  kind: 'latency',
  since,
});
const slo = (
  budgetLeftRatio: number,
  burnRate: number,
  about: Partial<SloSummary> = {},
): SloSummary => ({
  name: 'pay-availability',
  displayName: 'Payments succeed',
  service: 'pay',
  owner: null,
  description: null,
  objective: 0.95,
  windowMs: 3_600_000,
  isCalendar: false,
  fromMs: NOW - 3_600_000,
  toMs: NOW,
  countedSinceMs: NOW - 3_600_000,
  goodCount: 950,
  totalCount: 1000,
  badCount: 50,
  budgetCount: 50,
  budgetLeftRatio,
  burnRate,
  exhaustedAt: null,
  state: burnRate > 5 ? 'burning' : 'fine',
  ...about,
});
const page = (about: Parameters<typeof alertOf>[0]) =>
  alertOf({ id: 'page', service: 'pay', activeAt: at(20), firedAt: at(20), ...about });

/** Tells the story look by look; each begins where the one before ended. */
function follow(...looks: readonly (Partial<StoryFacts> & { readonly now: number })[]) {
  return looks.reduce<Story | undefined>(
    (story, look) => tellStory(story, { faults: [], slos: [], alerts: [], ...look }),
    undefined,
  );
}

function check(story: Story | undefined, want: Partial<Record<(typeof STEPS)[number], number>>) {
  assert.ok(story !== undefined);
  const times = STEPS.flatMap((step) => {
    const time = timeOfStep(story, step);
    return time === undefined ? [] : [[step, (time - NOW) / SECOND_MS]];
  });
  assert.deepEqual(Object.fromEntries(times), want);
}

const quiet = { now: at(0), faults: [errors(null)], slos: [slo(0.9, 0.2)] };
const broken = { now: at(2), faults: [errors(at(1))], slos: [slo(0.9, 0.2)] };
const burning = { now: at(12), faults: [errors(at(1))], slos: [slo(0.8, 9)] };

test('as long as nothing is broken there is no story', () => {
  assert.equal(follow(quiet), undefined);
});

test('a fault from beginning to end ticks off every step at its time', () => {
  const paged = { ...burning, now: at(21), alerts: [page({})] };
  const taken = { ...paged, alerts: [page({ acknowledgedAt: at(30) })] };
  const mended = { ...taken, now: at(40), faults: [errors(null)] };
  const over = page({ acknowledgedAt: at(30), state: 'resolved', resolvedAt: at(70) });
  const recovered = { ...mended, now: at(71), slos: [slo(0.7, 0.5)], alerts: [over] };
  check(follow(quiet, broken), { broken: 1 });
  check(follow(quiet, broken, burning), { broken: 1, burns: 12 });
  check(follow(quiet, broken, burning, paged), { broken: 1, burns: 12, alerted: 20 });
  const story = follow(quiet, broken, burning, paged, taken, mended, recovered);
  check(story, { broken: 1, burns: 12, alerted: 20, acknowledged: 30, mended: 40, recovered: 70 });
  assert.ok(Math.abs((story?.burning?.lost ?? 0) - 0.2) < 1e-9);
});

test('a budget that is overspent burns too, and never after the page that tells of it', () => {
  const labels = { slo: 'pay-availability' };
  const paged = { alerts: [page({ labels })], faults: [errors(at(1))] };
  const before = { ...broken, slos: [slo(-2, 0, { state: 'exhausted' })] };
  const more = slo(-2, 0.9, { state: 'exhausted', badCount: 51 });
  check(follow(quiet, before), { broken: 1 });
  check(follow(quiet, before, { ...before, now: at(9), slos: [more] }), { broken: 1, burns: 9 });
  // The list of budgets was not there yet, or said nothing yet.
  check(follow(quiet, broken, { ...paged, now: at(22) }), { broken: 1, burns: 20, alerted: 20 });
  const late = { ...paged, now: at(24), slos: burning.slos };
  check(follow(quiet, broken, late), { broken: 1, burns: 20, alerted: 20 });
  assert.equal(follow(quiet, broken, late)?.burning?.name, 'pay-availability');
});

test('a few failures are the noise of a shop, and a page about something else is no budget', () => {
  const noise = { ...broken, now: at(9), slos: [slo(0.899, 0.3, { badCount: 51 })] };
  check(follow(quiet, broken, noise), { broken: 1 });
  const other = { ...broken, now: at(22), alerts: [page({ labels: { job: 'pay' } })] };
  check(follow(quiet, broken, other), { broken: 1, alerted: 20 });
});

test('what ended stays told until something new is broken', () => {
  const recovered = { ...quiet, now: at(9) };
  const told = follow(quiet, broken, recovered);
  check(told, { broken: 1, mended: 9, recovered: 9 });
  assert.deepEqual(tellStory(told, { ...quiet, alerts: [], now: at(500) }), told);
  const again = tellStory(told, { ...broken, alerts: [], faults: [errors(at(600))], now: at(601) });
  check(again, { broken: 600 });
});

test('alerts from before it was broken do not belong to it; a page counts more than a ticket', () => {
  const old = page({ id: 'old', firedAt: at(-5) });
  const ticket = page({ id: 'ticket', output: 'ticket', firedAt: at(10) });
  assert.equal(follow(quiet, { ...broken, alerts: [old] })?.alert, undefined);
  assert.equal(follow(quiet, { ...broken, alerts: [ticket] })?.alert?.id, 'ticket');
  const both = follow(quiet, { ...broken, alerts: [page({}), ticket] });
  assert.equal(both?.alert?.id, 'page');
});

test('of several faults the newest is told', () => {
  const both = { ...broken, faults: [errors(at(1)), latency(at(5))], now: at(6) };
  assert.equal(follow(quiet, broken, both)?.faultId, 'pay.latency');
});
