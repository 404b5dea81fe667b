import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsRecord } from '../series/index.ts';
import { readPostedAlerts, readSilence } from './read-body.ts';

describe('readPostedAlerts', () => {
  it('reads what Prometheus sends', () => {
    const { alerts, faults } = readPostedAlerts([
      {
        labels: { alertname: 'Down', empty: '' },
        annotations: { summary: 'it is down' },
        startsAt: '2026-01-02T03:04:05.678+01:00',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus/graph?g0.expr=up',
      },
    ]);
    assert.deepEqual(faults, []);
    assert.deepEqual(labelsRecord(alerts[0].labels), { alertname: 'Down' });
    assert.equal(alerts[0].startsAtMs, Date.UTC(2026, 0, 2, 2, 4, 5, 678));
    assert.equal(alerts[0].endsAtMs, undefined);
    assert.equal(alerts[0].generatorUrl, 'http://prometheus/graph?g0.expr=up');
  });
  it('takes the good ones beside the bad, and says what is wrong with those', () => {
    const check = (bad: unknown, want: RegExp): void => {
      const { alerts, faults } = readPostedAlerts([bad, { labels: { alertname: 'Down' } }]);
      assert.equal(alerts.length, 1);
      assert.match(faults[0], want);
    };
    check(7, /^alerts\[0\]: want an object, got 7$/);
    check({ labels: {} }, /at least one label pair required/);
    check({ labels: { a: 1 } }, /invalid label set: "a" must be text/);
    check({ labels: { a: 'x' }, annotations: [] }, /invalid annotations: want an object/);
    check({ labels: { a: 'x' }, startsAt: 'now' }, /startsAt must be a time as of RFC 3339/);
    check({ labels: { a: 'nul\u0000' } }, /must be text/);
    const times = { startsAt: '2026-01-02T03:04:05Z', endsAt: '2026-01-01T03:04:05Z' };
    check({ labels: { a: 'x' }, ...times }, /start time must be before end time/);
  });
  it('refuses what is no list', () => {
    assert.throws(() => readPostedAlerts({ alerts: [] }), /want an array of alerts, got an object/);
  });
});

describe('readSilence', () => {
  const silence = {
    matchers: [{ name: 'job', value: 'a|b', isRegex: true }],
    startsAt: '2026-01-02T03:04:05Z',
    endsAt: '2026-01-02T04:04:05Z',
    createdBy: 'ana',
    comment: 'known',
  };
  it('reads what amtool sends; a matcher is positive unless it says otherwise', () => {
    const { matchers, id, annotations } = readSilence(silence);
    assert.deepEqual([matchers[0].operator, id, annotations], ['=~', '', {}]);
    const [negative] = readSilence({
      ...silence,
      matchers: [{ ...silence.matchers[0], isEqual: false }],
    }).matchers;
    assert.equal(negative.operator, '!~');
  });
  it('says what is wrong', () => {
    const check = (fields: object, want: RegExp): void => {
      assert.throws(() => readSilence({ ...silence, ...fields }), want);
    };
    check({ matchers: 7 }, /invalid silence: matchers must be an array/);
    check({ matchers: [{ name: '', value: '', isRegex: false }] }, /invalid label name ""/);
    check({ matchers: [{ name: 'a', value: '(', isRegex: true }] }, /invalid regular expression/);
    check({ matchers: [{ name: 'a', value: 'b' }] }, /isRegex must be true or false/);
    check({ startsAt: undefined }, /invalid zero start timestamp/);
    check({ endsAt: '0001-01-01T00:00:00Z' }, /invalid zero end timestamp/);
    check({ comment: undefined }, /comment must be text/);
  });
});
