import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, type Random } from '../platform/index.ts';
import { labelsRecord } from '../series/index.ts';
import { readNotification, readPostedAlerts } from './external-body.ts';
import { RECEIVED_ALERTS_MAX } from './limits.ts';

const NOW_MS = Date.parse('2026-01-02T03:00:00Z');
/** As Prometheus 3.5 sends it. */
const POSTED = {
  annotations: { summary: 'it is bad' },
  endsAt: '2026-01-02T03:04:00.123456789Z',
  startsAt: '2026-01-02T02:59:30.5+00:00',
  generatorURL: 'http://prom.example:9090/graph?g0.expr=up&g0.tab=1',
  labels: { alertname: 'HighErrors', empty: '', zone: 'zürich' },
};

describe('the body of Alertmanager’s API', () => {
  it('gives labels without empty ones, times, and where the alert comes from', () => {
    const { alerts, faults } = readPostedAlerts([POSTED, { labels: { a: 'b' } }]);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      alerts.map((alert) => ({ ...alert, labels: labelsRecord(alert.labels) })),
      [
        {
          labels: { alertname: 'HighErrors', zone: 'zürich' },
          annotations: { summary: 'it is bad', generator_url: POSTED.generatorURL },
          startsAtMs: NOW_MS - 29_500,
          endsAtMs: NOW_MS + 240_123,
        },
        { labels: { a: 'b' }, annotations: {}, startsAtMs: undefined, endsAtMs: undefined },
      ],
    );
  });

  const leaveOut = (name: string, fields: Record<string, unknown>, fault: string): void => {
    it(`leaves out ${name}, and takes the others`, () => {
      const { alerts, faults } = readPostedAlerts([{ ...POSTED, ...fields }, POSTED]);
      assert.deepEqual(faults, [`alerts[0]: ${fault}`]);
      assert.equal(alerts.length, 1);
    });
  };
  leaveOut('one without labels', { labels: {} }, 'at least one label pair required');
  leaveOut('one with empty labels only', { labels: { a: '' } }, 'at least one label pair required');
  leaveOut(
    'one that ends before it starts',
    { endsAt: '2026-01-01T00:00:00Z' },
    'start time must be before end time',
  );
  leaveOut(
    'a label that is no text',
    { labels: { a: 1 } },
    'invalid label set: invalid value of "a": want text of up to 2048 characters, got 1',
  );
  leaveOut(
    'half of a character, which no database keeps',
    { labels: { a: '\ud800' } },
    'invalid label set: invalid value of "a": want text of up to 2048 characters, got "\\ud800"',
  );
  leaveOut('a name that is none', { labels: { '': 'x' } }, 'invalid label set: invalid name ""');
  leaveOut(
    'annotations that are none',
    { annotations: 'all of it' },
    'invalid annotations: want an object, got "all of it"',
  );
  leaveOut(
    'a time that is none',
    { startsAt: 'yesterday' },
    'startsAt must be a time as of RFC 3339, got "yesterday"',
  );

  it('takes no end for the zero time of Go, and no link for what is none', () => {
    const fields = { endsAt: '0001-01-01T00:00:00Z', generatorURL: 'javascript:alert(1)' };
    const [alert] = readPostedAlerts([{ ...POSTED, ...fields }]).alerts;
    assert.equal(alert.endsAtMs, undefined);
    assert.deepEqual(alert.annotations, { summary: 'it is bad' });
  });

  const refuse = (name: string, body: unknown, message: RegExp): void => {
    it(`refuses ${name}`, () => {
      assert.throws(() => readPostedAlerts(body), { code: 'ALERTS_BODY_INVALID', message });
    });
  };
  refuse('nothing', undefined, /the body must be an array of alerts, got nothing/);
  refuse('an object', {}, /got an object/);
  refuse('too many', Array(RECEIVED_ALERTS_MAX + 1).fill(POSTED), /has 2001 alerts; send at most/);
});

describe('the body of Alertmanager’s webhook', () => {
  const notify = (fields: Record<string, unknown>, alert: Record<string, unknown>) =>
    readNotification({ version: '4', ...fields, alerts: [{ ...POSTED, ...alert }] }, NOW_MS);

  it('goes by the status: what fires has no end, what is resolved has one that has passed', () => {
    const endOf = (alert: Record<string, unknown>) => notify({}, alert).alerts[0].endsAtMs;
    assert.equal(endOf({ status: 'firing' }), undefined);
    assert.equal(endOf({ status: 'resolved' }), NOW_MS);
    assert.equal(endOf({ status: 'resolved', endsAt: '2026-01-02T02:00:00Z' }), NOW_MS - 3_600_000);
  });

  it('knows where the Alertmanager is looked at', () => {
    const body = notify({ externalURL: 'http://am.example' }, { status: 'firing' });
    assert.equal(body.externalUrl, 'http://am.example');
  });

  it('leaves out what has no status', () => {
    assert.deepEqual(notify({}, {}).faults, [
      'alerts[0]: status must be "firing" or "resolved", got nothing',
    ]);
  });

  it('refuses another version, and what is no notification', () => {
    const code = 'ALERTS_BODY_INVALID';
    assert.throws(() => notify({ version: '5' }, {}), { code, message: /version "4".*got "5"/ });
    assert.throws(() => readNotification([], NOW_MS), { code });
    assert.throws(() => readNotification({ alerts: 1 }, NOW_MS), {
      code,
      message: /"alerts" must/,
    });
  });
});

describe('bodies of any kind', () => {
  it('are read or refused, never taken for something else', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 3_000; round++) {
      const body = disturb(random, { version: '4', alerts: [{ ...POSTED, status: 'firing' }] }, 0);
      try {
        const { alerts } = readNotification(body, NOW_MS);
        for (const { labels, annotations, startsAtMs, endsAtMs } of alerts) {
          const texts = [...Object.values(labelsRecord(labels)), ...Object.values(annotations)];
          const says = `seed ${seed}, round ${round}: ${JSON.stringify(body)}`;
          assert.ok(labels.names.length > 0, says);
          assert.ok(
            texts.every((text) => typeof text === 'string' && text.isWellFormed()),
            says,
          );
          assert.ok([startsAtMs ?? 1, endsAtMs ?? 1].every(Number.isSafeInteger), says);
        }
      } catch (error) {
        assert.ok(error instanceof AppError, `seed ${seed}, round ${round}: ${String(error)}`);
      }
    }
  });
});

const ODDITIES: readonly unknown[] = [
  null,
  0,
  -1e300,
  true,
  '',
  '\ud800',
  '\u0000',
  'resolved',
  '0001-01-01T00:00:00Z',
  '9999-99-99T99:99:99Z',
  '2026-01-02T03:04:05+99:99',
  [],
  [[]],
  {},
  { toString: 1 },
  'x'.repeat(3_000),
];

/** Puts oddities somewhere into a value, keeps the rest. */
function disturb(random: Random, value: unknown, depth: number): unknown {
  if (random.float() < 0.08) return ODDITIES[Math.floor(random.float() * ODDITIES.length)];
  if (depth > 5 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => disturb(random, item, depth + 1));
  const entries = Object.entries(value).map(([name, item]) => {
    const key = random.float() < 0.03 ? '__proto__' : name;
    return [key, disturb(random, item, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}
