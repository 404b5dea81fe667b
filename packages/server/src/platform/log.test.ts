import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from './clock.ts';
import { createLog } from './log.ts';

describe('log', () => {
  it('writes one line for each message, fields quoted where they need it', () => {
    let text = '';
    const clock = createManualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    const log = createLog({ clock, level: 'info', write: (line) => void (text += line) });
    log.debug('not shown');
    log
      .with({ job: 'node' })
      .warn('scrape failed', { why: 'connection refused', count: 2, no: undefined });
    assert.equal(
      text,
      '2026-01-02T03:04:05.678Z warn scrape failed job=node why="connection refused" count=2\n',
    );
  });
});
