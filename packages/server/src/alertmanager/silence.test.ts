import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels, createMatcher } from '../series/index.ts';
import type { Silence } from './model.ts';
import {
  compareSilences,
  expireSilence,
  findSilences,
  planSilence,
  type SilenceWish,
  stateOfSilence,
} from './silence.ts';
import { equalTo } from './testing.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;

function wish(fields: Partial<SilenceWish> = {}): SilenceWish {
  return {
    id: '',
    matchers: [equalTo('job', 'db')],
    startsAtMs: NOW,
    endsAtMs: NOW + 10 * MINUTE,
    createdBy: 'ana',
    comment: 'moving it',
    annotations: {},
    ...fields,
  };
}

function plan(asked: SilenceWish, known: readonly Silence[], nowMs = NOW): readonly Silence[] {
  const byId = new Map(known.map((silence) => [silence.id, silence]));
  return planSilence(asked, byId, { nowMs, newId: 'new' });
}

const active: Silence = { ...wish({ id: 'one', startsAtMs: NOW - MINUTE }), updatedAtMs: 0 };
const pending: Silence = { ...wish({ id: 'one', startsAtMs: NOW + MINUTE }), updatedAtMs: 0 };

describe('planSilence', () => {
  it('makes a new one, which does not reach into the past', () => {
    const [made] = plan(wish({ startsAtMs: NOW - MINUTE }), []);
    assert.deepEqual([made.id, made.startsAtMs, made.updatedAtMs], ['new', NOW, NOW]);
  });
  it('changes the end of one in force in place', () => {
    const [changed, ...more] = plan({ ...active, endsAtMs: NOW + MINUTE }, [active]);
    assert.deepEqual([changed.id, changed.endsAtMs, more.length], ['one', NOW + MINUTE, 0]);
  });
  it('replaces one whose past would change', () => {
    const check = (asked: SilenceWish): void => {
      const [ended, made] = plan(asked, [active]);
      assert.deepEqual([ended.id, ended.endsAtMs, made.id], ['one', NOW, 'new']);
    };
    check({ ...active, matchers: [equalTo('job', 'web')] });
    check({ ...active, startsAtMs: NOW });
  });
  it('moves one that has not begun', () => {
    const [changed] = plan({ ...pending, startsAtMs: NOW + 2 * MINUTE }, [pending]);
    assert.deepEqual([changed.id, changed.startsAtMs], ['one', NOW + 2 * MINUTE]);
  });
  it('refuses what makes no sense, in Alertmanager’s words', () => {
    const check = (asked: Partial<SilenceWish>, want: RegExp): void => {
      assert.throws(() => plan(wish(asked), []), want);
    };
    check({ endsAtMs: NOW }, /start time must be before end time/);
    check({ startsAtMs: NOW - 9, endsAtMs: NOW - 1 }, /end time can't be in the past/);
    check({ matchers: [] }, /matcher set 0 is empty/);
    check({ matchers: [createMatcher('job', '=~', '.*')] }, /must not match the empty string/);
    check({ id: 'gone' }, /silence not found/);
  });
});

describe('the life of a silence', () => {
  it('is pending, active, expired', () => {
    const { startsAtMs, endsAtMs } = pending;
    assert.deepEqual(
      [NOW, startsAtMs, endsAtMs - 1, endsAtMs].map((atMs) => stateOfSilence(pending, atMs)),
      ['pending', 'active', 'active', 'expired'],
    );
  });
  it('ends when told to, once', () => {
    const ended = expireSilence(active, NOW);
    assert.equal(ended?.endsAtMs, NOW);
    assert.equal(ended && expireSilence(ended, NOW + 1), undefined);
    assert.equal(expireSilence(pending, NOW)?.startsAtMs, NOW);
  });
  it('is listed by what happens next', () => {
    const over = { ...active, id: 'over', endsAtMs: NOW - 5 };
    const longOver = { ...active, id: 'longOver', endsAtMs: NOW - 50 };
    const soon = { ...active, id: 'soon', endsAtMs: NOW + 1 };
    const list = [longOver, pending, over, active, soon];
    assert.deepEqual(
      list.toSorted((a, b) => compareSilences(a, b, NOW)).map(({ id, endsAtMs }) => [id, endsAtMs]),
      [soon, active, pending, over, longOver].map(({ id, endsAtMs }) => [id, endsAtMs]),
    );
  });
});

it('findSilences names those that match, sorted', () => {
  const both = { ...active, id: 'b' };
  const other = { ...active, id: 'c', matchers: [equalTo('job', 'web')] };
  const found = findSilences([other, both, active], createLabels({ job: 'db' }));
  assert.deepEqual(found, ['b', 'one']);
});
