import assert from 'node:assert/strict';
import test from 'node:test';
import type { SloSummary } from '@nines/contract';
import { alertOf } from '../alerts/testing.ts';
import { viewerTime } from '../format/time.ts';
import { alertMarks, budgetData, selectAlerts } from './burn-down.ts';
import { describeObjective, describeObjectives } from './headline.ts';
import {
  filterObjectives,
  formatObjectiveFilter,
  listServices,
  parseObjectiveFilter,
} from './objective-filter.ts';
import { BURNING, NOW, SPENT, sloOf, UNMEASURED } from './testing.ts';
import type { SentencePart } from '../kit/sentence.ts';

const HOUR_MS = 60 * 60 * 1000;

function write(parts: readonly SentencePart[]): string {
  return parts
    .map(({ tone, text }) => (tone === 'plain' ? text : `[${tone}] ${text}`))
    .join(' ')
    .replaceAll('\u00a0', ' ');
}

function check(slos: readonly SloSummary[], want: string): void {
  assert.equal(write(describeObjectives(slos, NOW)), want);
}

test('the list says how many burn, and when the worst budget is gone', () => {
  const gone = viewerTime.clock(BURNING.exhaustedAt);
  const slow = { ...BURNING, exhaustedAt: NOW + 19.4 * 24 * HOUR_MS };
  check([], 'No objective is declared yet.');
  check([sloOf(), sloOf()], 'All 2 objectives have budget left.');
  check(
    [sloOf(BURNING), sloOf(slow), sloOf()],
    `[page] 2 of 3 objectives are burning: the budget of “Checkout works” is gone at ${gone}. 1 other has budget left.`,
  );
  check(
    [sloOf(slow)],
    '[ticket] 1 of 1 objectives is burning: the budget of “Checkout works” lasts 19 d.',
  );
  check(
    [sloOf(SPENT), sloOf(UNMEASURED), sloOf()],
    '[ticket] 1 of 3 objectives has spent its budget. 1 is not measured. 1 other has budget left.',
  );
  check(
    [sloOf(BURNING), sloOf(SPENT)],
    `[page] 1 of 2 objectives is burning: the budget of “Checkout works” is gone at ${gone}. 1 has spent its budget.`,
  );
});

test('an objective says what becomes of its budget and how much went wrong', () => {
  const since = viewerTime.short(NOW - 30 * 24 * HOUR_MS, NOW);
  const of = (about: Partial<SloSummary>) => write(describeObjective(sloOf(about), NOW));
  assert.equal(
    of(BURNING),
    `[page] Checkout works: at this rate the 30 d budget is gone in 2 h; 18 % is left. 5,330 failures since ${since}.`,
  );
  assert.equal(
    of({}),
    `Checkout works: 50 % of the 30 d budget is left, and it is on course. 3,250 failures since ${since}.`,
  );
  assert.equal(
    of(SPENT),
    '[ticket] Checkout works: the 30 d budget is spent, with 8,060 failures where 6,500 were allowed.',
  );
});

test('what nobody counted is never called untouched', () => {
  const text = write(describeObjective(sloOf(UNMEASURED), NOW));
  assert.match(text, /nobody knows how much of its budget is left/);
  assert.doesNotMatch(text, /%/);
});

test('the filter survives the URL, and unknown words in it count as not said', () => {
  const filter = { text: 'pay check', state: 'burning', service: 'a b' } as const;
  assert.deepEqual(parseObjectiveFilter(formatObjectiveFilter(filter)), filter);
  assert.deepEqual(parseObjectiveFilter('?state=odd&service='), {
    text: '',
    state: undefined,
    service: undefined,
  });
  assert.equal(formatObjectiveFilter(parseObjectiveFilter('')), '');
});

test('objectives fit by state, by service and by every word that names them', () => {
  const slos = [sloOf(BURNING), sloOf({ name: 'cart', service: 'cart', owner: null })];
  const find = (search: string) =>
    filterObjectives(slos, parseObjectiveFilter(search)).map(({ name }) => name);
  assert.deepEqual(find(''), ['checkout-availability', 'cart']);
  assert.deepEqual(find('state=fine'), ['cart']);
  assert.deepEqual(find('service=checkout'), ['checkout-availability']);
  assert.deepEqual(find('q=PAYMENTS+works'), ['checkout-availability']);
  assert.deepEqual(find('q=payments+cart'), []);
  assert.deepEqual(listServices(slos, 'gone'), ['cart', 'checkout', 'gone']);
});

const burnDown = {
  fromMs: NOW - 3 * HOUR_MS,
  stepMs: HOUR_MS,
  budgetLeft: [null, 0.6, 0.5],
  bad: [null, 3, 40],
  total: [null, 900, 900],
};

test('a graph of the budget has a point for each step, gaps as gaps, and ends with its last step', () => {
  const { lines, times, grid } = budgetData(burnDown);
  assert.deepEqual(lines[0]?.values, [null, 0.6, 0.5]);
  assert.deepEqual(
    times,
    [3, 2, 1].map((hours) => (NOW - hours * HOUR_MS) / 1000),
  );
  assert.equal(grid.toMs, NOW);
});

test('alerts within the window are marks on its axis', () => {
  const alerts = [
    alertOf({ firedAt: NOW - HOUR_MS }),
    alertOf({ firedAt: NOW - 2 * HOUR_MS, output: 'ticket' }),
    alertOf({ firedAt: NOW - 9 * HOUR_MS }),
    alertOf({ firedAt: null }),
  ];
  assert.deepEqual(alertMarks(alerts, burnDown), [
    { atMs: NOW - HOUR_MS, label: 'page', isUrgent: true },
    { atMs: NOW - 2 * HOUR_MS, label: 'ticket', isUrgent: false },
  ]);
});

test('an objective has the alerts of its own rules, not those of a sister with the same rule', () => {
  const slo = sloOf();
  const rule = {
    name: 'CheckoutErrors',
    output: 'page',
    budgetRatio: 0.02,
    longMs: HOUR_MS,
    shortMs: 300_000,
    burnRateThreshold: 14.4,
    errorRatioThreshold: 0.0144,
    longRatio: null,
    shortRatio: null,
    isFiring: false,
  } as const;
  const indicator = { good: null, bad: 'b', total: 't' };
  const base = { now: NOW, slo, file: 'f', indicator, burnDown, remarks: [] };
  const alerts = [
    alertOf({ id: 'own', labels: { slo: slo.name } }),
    alertOf({ id: 'sister', labels: { slo: 'other' } }),
    alertOf({ id: 'foreign', name: 'DiskFull', labels: {} }),
  ];
  const found = selectAlerts(alerts, { ...base, alerts: [rule] });
  assert.deepEqual(
    found.map(({ id }) => id),
    ['own'],
  );
});
