import assert from 'node:assert/strict';
import test from 'node:test';
import type { SloSummary } from '@nines/contract';
import { viewerTime } from '../format/time.ts';
import { BURNING, NOW, SPENT, sloOf, UNMEASURED } from '../objectives/testing.ts';
import {
  describeCounts,
  describeFate,
  describeTarget,
  formatBudgetLeft,
  formatBurnRate,
  urgencyOf,
} from './objective-words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const spaces = (text: string) => text.replaceAll('\u00a0', ' ');

function check(about: Partial<SloSummary>, want: readonly [urgency: string, fate: string]): void {
  const slo = sloOf(about);
  assert.deepEqual([urgencyOf(slo, NOW), spaces(describeFate(slo, NOW))], want);
}

test('an objective is as urgent as its budget is short', () => {
  check({}, ['fine', 'on course']);
  check(BURNING, ['page', `gone ${viewerTime.clock(BURNING.exhaustedAt)}`]);
  check({ ...BURNING, exhaustedAt: NOW + 19.4 * DAY_MS }, ['ticket', 'lasts 19 d']);
  check({ ...BURNING, exhaustedAt: null }, ['ticket', 'on course']);
  check(SPENT, ['ticket', 'budget spent']);
  check({ ...SPENT, burnRate: 3 }, ['page', 'budget spent']);
  check(UNMEASURED, ['log', 'nothing counted yet']);
});

test('what is left is never rounded to all or nothing', () => {
  const written = [1, 0.9999, 0.183, 0.042, 0.00001, 0, -0.243, null].map(formatBudgetLeft);
  assert.deepEqual(written.map(spaces), [
    '100 %',
    '99.99 %',
    '18 %',
    '4.2 %',
    '<0.1 %',
    '0 %',
    '−24 %',
    '–',
  ]);
});

test('a burn rate has the digits that matter', () => {
  const rates = [22.31, 9.96, 1.9, 0.34, 0, 999.6, null].map(formatBurnRate);
  assert.deepEqual(rates, ['22×', '10×', '1.9×', '0.34×', '0×', '1k×', '–']);
});

test('counts are exact, and a young objective has parts of a failure', () => {
  assert.equal(describeCounts(sloOf(BURNING)), '5,330 of 6,500 allowed failures');
  assert.equal(
    describeCounts(sloOf({ badCount: 0, totalCount: 120, budgetCount: 0.12 })),
    '0 of 0.12 allowed failures',
  );
  assert.equal(describeCounts(sloOf(UNMEASURED)), 'No event has been counted in its window.');
});

test('the target is written as it was declared', () => {
  assert.equal(spaces(describeTarget(sloOf({ objective: 0.99999 }))), '99.999 % over 30 d');
  assert.equal(
    spaces(describeTarget(sloOf({ isCalendar: true, windowMs: 31 * DAY_MS }))),
    '99.9 % in a calendar period of 31 d',
  );
});
