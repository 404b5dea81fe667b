import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createNotices } from './notices.ts';

describe('notices', () => {
  it('keep their beginning while they hold, and call only when something changed', () => {
    const clock = createManualClock(1000);
    let changes = 0;
    const notices = createNotices(clock, () => void changes++);
    const notice: Parameters<typeof notices.raise>[0] = {
      code: 'disk.low',
      level: 'ticket',
      title: 'low',
      details: ['a'],
    };
    notices.raise(notice);
    clock.advance(500);
    notices.raise(notice);
    notices.raise({ ...notice, details: ['b'] });
    assert.deepEqual(notices.list(), [{ ...notice, details: ['b'], since: 1000 }]);
    assert.equal(changes, 2);
    notices.clear('disk.low');
    notices.clear('disk.low');
    assert.deepEqual(notices.list(), []);
    assert.equal(changes, 3);
  });

  it('are listed worst first', () => {
    const notices = createNotices(createManualClock(), () => {});
    for (const level of ['log', 'page', 'ticket'] as const) {
      notices.raise({ code: level, level, title: '', details: [] });
    }
    assert.deepEqual(
      notices.list().map(({ code }) => code),
      ['page', 'ticket', 'log'],
    );
  });
});
