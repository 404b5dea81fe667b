import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DedupQuestion, findReason } from './dedup.ts';
import type { LogEntry, NotifyReason } from './model.ts';

const NOW = 10_000;

function entry(firing: readonly string[], resolved: readonly string[] = [], atMs = NOW): LogEntry {
  return {
    groupKey: '{}:{}',
    receiver: 'ops',
    integration: 'webhook',
    index: 0,
    notifiedAtMs: atMs,
    firing,
    resolved,
    expiresAtMs: NOW * 2,
  };
}

describe('findReason', () => {
  const check = (fields: Partial<DedupQuestion>, want: NotifyReason | undefined): void => {
    const usual = { entry: undefined, firing: [], resolved: [], repeatIntervalMs: 100 };
    const reason = findReason({ ...usual, sendsResolved: true, nowMs: NOW, ...fields });
    assert.equal(reason, want, JSON.stringify(fields));
  };
  it('is Alertmanager’s', () => {
    check({ firing: ['a'] }, 'first notification');
    check({ resolved: ['a'] }, undefined);
    check({ entry: entry(['a']), firing: ['a'] }, undefined);
    check({ entry: entry(['a']), firing: ['a', 'b'] }, 'new alerts added');
    check({ entry: entry([], ['a']), firing: ['a'] }, 'first notification');
    check({ entry: entry(['a', 'b']), firing: ['a'] }, undefined);
    check({ entry: entry(['a', 'b']), firing: ['a'], resolved: ['b'] }, 'some alerts resolved');
    check({ entry: entry(['a', 'b'], ['b']), firing: ['a'], resolved: ['b'] }, undefined);
    check({ entry: entry(['a']), resolved: ['a'] }, 'all alerts resolved');
    check({ entry: entry([]), resolved: ['a'] }, undefined);
  });
  it('does not tell of ends whom it does not interest, but notes that all is over', () => {
    const sendsResolved = false;
    const some = { entry: entry(['a', 'b']), firing: ['a'], resolved: ['b'], sendsResolved };
    check(some, undefined);
    check({ entry: entry(['a']), resolved: ['a'], sendsResolved }, 'all alerts resolved');
  });
  it('repeats after more than the interval', () => {
    check({ entry: entry(['a'], [], NOW - 100), firing: ['a'] }, undefined);
    check({ entry: entry(['a'], [], NOW - 101), firing: ['a'] }, 'repeat interval elapsed');
  });
});
