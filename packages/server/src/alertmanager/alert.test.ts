import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../series/index.ts';
import { acceptAlert, compareAlerts, joinAlert } from './alert.ts';
import type { Alert } from './model.ts';

const NOW = 1_000_000;
const labels = createLabels({ alertname: 'Down' });

function told(fields: Partial<Alert>): Alert {
  return {
    fingerprint: 'f',
    labels,
    annotations: createLabels({}),
    startsAtMs: NOW,
    endsAtMs: NOW + 100,
    updatedAtMs: NOW,
    isTimeout: false,
    generatorUrl: '',
    ...fields,
  };
}

describe('acceptAlert', () => {
  const check = (
    given: { readonly startsAtMs?: number; readonly endsAtMs?: number },
    want: Pick<Alert, 'startsAtMs' | 'endsAtMs' | 'isTimeout'>,
  ): void => {
    const { startsAtMs, endsAtMs, isTimeout } = acceptAlert(
      {
        labels,
        annotations: createLabels({}),
        generatorUrl: '',
        startsAtMs: given.startsAtMs,
        endsAtMs: given.endsAtMs,
      },
      { nowMs: NOW, resolveTimeoutMs: 300 },
    );
    assert.deepEqual({ startsAtMs, endsAtMs, isTimeout }, want);
  };
  it('fills in what the sender left out', () => {
    check({}, { startsAtMs: NOW, endsAtMs: NOW + 300, isTimeout: true });
    check({ startsAtMs: 5 }, { startsAtMs: 5, endsAtMs: NOW + 300, isTimeout: true });
    check({ endsAtMs: 7 }, { startsAtMs: 7, endsAtMs: 7, isTimeout: false });
    check({ startsAtMs: 5, endsAtMs: 7 }, { startsAtMs: 5, endsAtMs: 7, isTimeout: false });
  });
});

describe('joinAlert', () => {
  const check = (
    known: Partial<Alert>,
    next: Partial<Alert>,
    want: Pick<Alert, 'startsAtMs' | 'endsAtMs'>,
  ): void => {
    const { startsAtMs, endsAtMs } = joinAlert(
      told(known),
      told({ updatedAtMs: NOW + 60, ...next }),
    );
    assert.deepEqual({ startsAtMs, endsAtMs }, want);
  };
  it('takes the earlier begin of what overlaps', () =>
    check(
      { startsAtMs: NOW - 50 },
      { startsAtMs: NOW + 10, endsAtMs: NOW + 200 },
      { startsAtMs: NOW - 50, endsAtMs: NOW + 200 },
    ));
  it('takes what does not overlap for another alert', () =>
    check(
      { startsAtMs: NOW - 50, endsAtMs: NOW - 20 },
      { startsAtMs: NOW + 10, endsAtMs: NOW + 200 },
      { startsAtMs: NOW + 10, endsAtMs: NOW + 200 },
    ));
  it('ends when a sender says so, although an earlier telling promised more', () =>
    check(
      { endsAtMs: NOW + 500 },
      { endsAtMs: NOW + 50 },
      { startsAtMs: NOW, endsAtMs: NOW + 50 },
    ));
  it('does not let an end of our own outlast a sender’s', () => {
    const younger = { startsAtMs: NOW + 10, endsAtMs: NOW + 200 };
    check({ isTimeout: true, endsAtMs: NOW + 300 }, younger, {
      startsAtMs: NOW,
      endsAtMs: NOW + 200,
    });
    check({ isTimeout: false, endsAtMs: NOW + 300 }, younger, {
      startsAtMs: NOW,
      endsAtMs: NOW + 300,
    });
  });
});

describe('compareAlerts', () => {
  it('goes by job, instance, number of labels, then labels', () => {
    const sets: readonly Record<string, string>[] = [
      { alertname: 'B', job: 'a' },
      { alertname: 'A', job: 'b', instance: '1' },
      { alertname: 'A', job: 'b', instance: '2' },
      { alertname: 'Z' },
      { alertname: 'A', z: '1' },
      { alertname: 'A', y: '1' },
    ];
    const alerts = sets.map((set) => ({ labels: createLabels(set) }));
    for (let i = 0; i < alerts.length; i++) {
      for (let j = 0; j < alerts.length; j++) {
        assert.equal(Math.sign(compareAlerts(alerts[i], alerts[j])), Math.sign(i - j), `${i} ${j}`);
      }
    }
  });
});
