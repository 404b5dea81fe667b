/** An objective for tests, with what the test is about on top. */
import type { SloSummary } from '@nines/contract';

const DAY_MS = 24 * 60 * 60 * 1000;
export const NOW = Date.UTC(2026, 10, 23, 3, 21);

/** Half of its budget is left, and it is on course. */
export function sloOf(about: Partial<SloSummary> = {}): SloSummary {
  return {
    name: 'checkout-availability',
    displayName: 'Checkout works',
    service: 'checkout',
    owner: 'payments',
    description: null,
    objective: 0.999,
    windowMs: 30 * DAY_MS,
    isCalendar: false,
    fromMs: NOW - 30 * DAY_MS,
    toMs: NOW,
    countedSinceMs: NOW - 30 * DAY_MS,
    goodCount: 6_496_750,
    totalCount: 6_500_000,
    badCount: 3250,
    budgetCount: 6500,
    budgetLeftRatio: 0.5,
    burnRate: 0.4,
    exhaustedAt: null,
    state: 'fine',
    ...about,
  };
}

/** Gone in two hours. */
export const BURNING = {
  state: 'burning',
  burnRate: 22.3,
  badCount: 5330,
  budgetLeftRatio: 0.18,
  exhaustedAt: NOW + 2 * 60 * 60 * 1000,
} as const;

export const SPENT = {
  state: 'exhausted',
  burnRate: 0.8,
  badCount: 8060,
  budgetLeftRatio: -0.24,
} as const;

export const UNMEASURED = {
  state: 'unmeasured',
  countedSinceMs: null,
  goodCount: 0,
  totalCount: 0,
  badCount: 0,
  budgetCount: 0,
  budgetLeftRatio: null,
  burnRate: null,
} as const;
