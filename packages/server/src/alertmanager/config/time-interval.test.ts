import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findIntervalsAt, isWithinInterval, type TimeInterval } from './time-interval.ts';

const ANY: TimeInterval = {
  times: undefined,
  weekdays: undefined,
  daysOfMonth: undefined,
  months: undefined,
  years: undefined,
  location: 'UTC',
};

describe('time intervals', () => {
  const check = (parts: Partial<TimeInterval>, at: string, want: boolean): void =>
    void it(`${want ? 'holds' : 'lacks'} ${at}: ${JSON.stringify(parts)}`, () => {
      assert.equal(isWithinInterval({ ...ANY, ...parts }, Date.parse(at)), want);
    });

  check({}, '2026-11-23T18:00:00Z', true);
  check({ times: [{ startMinute: 540, endMinute: 1020 }] }, '2026-11-23T09:00:00Z', true);
  check({ times: [{ startMinute: 540, endMinute: 1020 }] }, '2026-11-23T17:00:00Z', false);
  check({ times: [{ startMinute: 1439, endMinute: 1440 }] }, '2026-11-23T23:59:59Z', true);
  check({ times: [] }, '2026-11-23T18:00:00Z', false);
  // A Monday, and the Sunday before it.
  check({ weekdays: [{ begin: 1, end: 5 }] }, '2026-11-23T18:00:00Z', true);
  check({ weekdays: [{ begin: 1, end: 5 }] }, '2026-11-22T18:00:00Z', false);
  check({ weekdays: [{ begin: 0, end: 0 }] }, '2026-11-22T18:00:00Z', true);
  check({ months: [{ begin: 11, end: 12 }] }, '2026-10-31T23:59:59Z', false);
  check({ years: [{ begin: 2026, end: 2027 }] }, '2028-01-01T00:00:00Z', false);
  check({ daysOfMonth: [{ begin: -1, end: -1 }] }, '2028-02-29T12:00:00Z', true);
  check({ daysOfMonth: [{ begin: -1, end: -1 }] }, '2027-02-27T12:00:00Z', false);
  check({ daysOfMonth: [{ begin: 1, end: -1 }] }, '2027-02-28T12:00:00Z', true);
  check({ daysOfMonth: [{ begin: 30, end: 31 }] }, '2027-02-28T12:00:00Z', false);
  check({ daysOfMonth: [{ begin: 10, end: 31 }] }, '2027-02-28T12:00:00Z', true);
  check({ daysOfMonth: [{ begin: -31, end: -28 }] }, '2027-02-01T12:00:00Z', true);
  // 2026-03-31 is the last day of a month of 743 hours in Berlin.
  check(
    { daysOfMonth: [{ begin: -1, end: -1 }], location: 'Europe/Berlin' },
    '2026-03-31T12:00:00Z',
    true,
  );
  const nine = [{ startMinute: 540, endMinute: 600 }];
  check({ times: nine, location: 'Europe/Berlin' }, '2026-07-01T07:30:00Z', true);
  check({ times: nine, location: 'Europe/Berlin' }, '2026-12-01T07:30:00Z', false);
  check({ times: nine, location: 'Europe/Berlin' }, '2026-12-01T08:30:00Z', true);
  check({ times: nine, location: 'Asia/Kolkata' }, '2026-12-01T03:45:00Z', true);

  it('finds the names of those that hold an instant', () => {
    const intervals = new Map([
      ['never', [{ ...ANY, times: [] }]],
      ['always', [{ ...ANY, times: [] }, ANY]],
    ]);
    assert.deepEqual(findIntervalsAt(intervals, ['never', 'always', 'unknown'], 0), ['always']);
  });
});
