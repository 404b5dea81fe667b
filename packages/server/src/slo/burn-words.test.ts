import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Burn } from './burn.ts';
import { describeBurn, summarizeBurn } from './burn-words.ts';
import type { BurnRateAlert, Counts, Slo } from './model.ts';
import { createSlo } from './testing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const page = (longMs: number): BurnRateAlert => ({
  output: 'page',
  budgetRatio: 0.02,
  longMs,
  shortMs: longMs / 12,
});

const SHORT: Slo = {
  ...createSlo({ target: '0.95', window: '{duration: 1h, isRolling: true}' }),
  displayName: 'Payments succeed',
};
const MONTH = createSlo();
const CALENDAR = createSlo({
  window:
    '{duration: 1M, isRolling: false, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}',
});

/** So many bad ones of all. */
const bad = (count: number, total: number): Counts => ({ good: total - count, total });

function burnOf(about: Partial<Burn>): Burn {
  return {
    slo: SHORT,
    pair: page(MINUTE_MS),
    burnRate: 7.809,
    counts: bad(107, 274),
    isMeasured: true,
    budget: bad(41, 1000),
    ...about,
  };
}

describe('the summary of a burning objective', () => {
  const check = (about: Partial<Burn>, want: string): void => {
    void it(want, () => assert.equal(summarizeBurn(burnOf(about)), want));
  };
  check({}, 'Payments succeed: budget burning 7.8× too fast');
  check({ burnRate: 22.4 }, 'Payments succeed: budget burning 22× too fast');
  check({ burnRate: 1000 }, 'Payments succeed: budget burning 1,000× too fast');
  check({ burnRate: 1.06 }, 'Payments succeed: budget burning 1.1× too fast');
  check({ burnRate: 1.04 }, 'Payments succeed: 1.7 % of the budget within 1 min');
  check(
    { burnRate: 0.6, pair: page(10 * MINUTE_MS) },
    'Payments succeed: 10 % of the budget within 10 min',
  );
  check(
    { slo: MONTH, burnRate: 1, pair: page(3 * DAY_MS) },
    'Checkout: 10 % of the budget within 3 days',
  );
});

describe('the description of a burning objective', () => {
  const check = (name: string, about: Partial<Burn>, want: string): void => {
    void it(name, () => assert.equal(describeBurn(burnOf(about)), want));
  };
  check(
    'says what failed, what is left, and how long that lasts',
    {},
    '39 % of requests failed in the last minute: 107 of 274. ' +
      '18 % of the 1-hour budget is left, gone in 83 s at this pace. Objective: 95 %.',
  );
  check(
    'says by how much the budget is overspent, and never a negative share',
    { budget: bad(164, 716) },
    '39 % of requests failed in the last minute: 107 of 274. ' +
      'The 1-hour budget is overspent: 164 failed where 35 were allowed. Objective: 95 %.',
  );
  check(
    'counts to the event, in thousands, over windows of hours and days',
    {
      slo: MONTH,
      pair: page(6 * HOUR_MS),
      burnRate: 6.2,
      counts: bad(6213, 1_002_096),
      budget: bad(40_000, 100_000_000),
    },
    '0.62 % of requests failed in the last 6 h: 6,213 of 1,002,096. ' +
      '60 % of the 30-day budget is left, gone in 3 days at this pace. Objective: 99.9 %.',
  );
  check(
    'names the period of a calendar window, and no end at the even pace',
    { slo: CALENDAR, pair: page(3 * DAY_MS), burnRate: 0.95, counts: bad(95, 100_000) },
    '0.095 % of requests failed in the last 3 days: 95 of 100,000. ' +
      'This month’s budget is overspent: 41 failed where 1 was allowed. Objective: 99.9 %.',
  );
  check(
    'does not round up to everything, nor what is left to nothing',
    { counts: bad(999, 1000), budget: bad(497, 10_000), burnRate: 20 },
    '99 % of requests failed in the last minute: 999 of 1,000. ' +
      'Less than 1 % of the 1-hour budget is left, gone in 1 s at this pace. Objective: 95 %.',
  );
  check(
    'says that nothing is counted any more',
    { isMeasured: false, budget: bad(1, 3), pair: page(90 * MINUTE_MS) },
    '39 % of requests failed in the last 1 h 30 min: 107 of 274. ' +
      'Nothing was counted in the last 7 min 30 s. ' +
      'The 1-hour budget is overspent: 1 failed where none was allowed. Objective: 95 %.',
  );
  check(
    'says what it knows right after a restart',
    { counts: undefined, budget: undefined, isMeasured: false },
    'Nothing was counted in the last 5 s. Objective: 95 %.',
  );
  check(
    'calls events what is no request',
    {
      slo: createSlo({ good: 'jobs_total{ok="1"}', total: 'jobs_total' }),
      budget: undefined,
    },
    '39 % of events failed in the last minute: 107 of 274. Objective: 99.9 %.',
  );
});
