import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CalendarWindow, windowAt } from './time-window.ts';

const HOUR_MS = 3_600_000;
const iso = (atMs: number): string => new Date(atMs).toISOString();

function check(fields: Partial<CalendarWindow>, at: string, want: readonly [string, string]): void {
  const window: CalendarWindow = {
    kind: 'calendar',
    unit: 'months',
    count: 1,
    start: '2024-01-01T00:00:00',
    timeZone: 'UTC',
    ...fields,
  };
  const { fromMs, toMs } = windowAt(window, Date.parse(at));
  assert.deepEqual([iso(fromMs), iso(toMs)], want);
}

describe('a calendar window', () => {
  it('is the month of its zone', () => {
    check({}, '2024-02-29T23:59:59Z', ['2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z']);
    check({ timeZone: 'Asia/Seoul' }, '2024-02-29T15:00:00Z', [
      '2024-02-29T15:00:00.000Z',
      '2024-03-31T15:00:00.000Z',
    ]);
  });
  it('has an hour less where the clocks go forward', () => {
    const window = {
      kind: 'calendar',
      unit: 'months',
      count: 1,
      start: '2024-01-01T00:00:00',
    } as const;
    const { fromMs, toMs } = windowAt(
      { ...window, timeZone: 'America/New_York' },
      Date.parse('2024-03-20T00:00:00Z'),
    );
    assert.equal((toMs - fromMs) / HOUR_MS, 743);
  });
  it('holds its first instant and not its last', () => {
    const march = ['2024-03-01T00:00:00.000Z', '2024-04-01T00:00:00.000Z'] as const;
    check({}, '2024-03-01T00:00:00Z', march);
    check({}, '2024-03-31T23:59:59.999Z', march);
  });
  it('goes back before its start, and keeps to the last day of short months', () => {
    check({}, '2023-12-31T12:00:00Z', ['2023-12-01T00:00:00.000Z', '2024-01-01T00:00:00.000Z']);
    check({ start: '2024-01-31T00:00:00' }, '2024-03-01T00:00:00Z', [
      '2024-02-29T00:00:00.000Z',
      '2024-03-31T00:00:00.000Z',
    ]);
  });
  it('may be weeks, days, quarters and years', () => {
    const at = '2024-05-15T12:00:00Z';
    check({ unit: 'weeks' }, at, ['2024-05-13T00:00:00.000Z', '2024-05-20T00:00:00.000Z']);
    check({ unit: 'weeks', count: 2 }, at, [
      '2024-05-06T00:00:00.000Z',
      '2024-05-20T00:00:00.000Z',
    ]);
    check({ unit: 'days' }, at, ['2024-05-15T00:00:00.000Z', '2024-05-16T00:00:00.000Z']);
    check({ count: 3 }, at, ['2024-04-01T00:00:00.000Z', '2024-07-01T00:00:00.000Z']);
    check({ unit: 'years' }, at, ['2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z']);
  });
  it('follows without a gap', () => {
    const window: CalendarWindow = {
      kind: 'calendar',
      unit: 'months',
      count: 1,
      start: '2024-01-31T02:30:00',
      timeZone: 'Europe/Paris',
    };
    let { toMs } = windowAt(window, Date.parse('2020-01-01T00:00:00Z'));
    for (let i = 0; i < 100; i++) {
      const next = windowAt(window, toMs);
      assert.equal(next.fromMs, toMs);
      toMs = next.toMs;
    }
  });
});
