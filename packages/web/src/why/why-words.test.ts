import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhyCause, WhyReason } from '@nines/contract';
import { describeCause, describeReason, describeTimer } from './why-words.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
/** The viewer's zone is the machine's. */
const withoutTimes = (sentences: readonly string[]): string =>
  sentences.join(' ').replaceAll(/\d\d:\d\d/g, 'TIME');

describe('a reason', () => {
  const check = (reason: WhyReason, expected: string): void =>
    assert.equal(withoutTimes(describeReason(reason, NOON)), expected);

  it('says how far “for” is', () => {
    check(
      { kind: 'pending', activeAt: NOON, firesAt: NOON + 3 * MINUTE, leftMs: 3 * MINUTE },
      '“for” has 3\u00a0min to go: it fires at TIME if the condition holds until then.',
    );
    check(
      { kind: 'active', firingCount: 2, pendingCount: 1, firesAt: NOON + MINUTE },
      '2 alerts of it fire. 1 is pending: “for” has 1\u00a0min to go, until TIME.',
    );
    check(
      { kind: 'firing', activeAt: NOON, firedAt: NOON, forMs: 0 },
      'It fires since TIME: its rule has no “for”.',
    );
  });

  it('says since when nothing matches', () => {
    check(
      { kind: 'noMatch', lastMatchedAt: NOON, searchedMs: MINUTE },
      'No series has matched since TIME.',
    );
    check(
      { kind: 'noMatch', lastMatchedAt: null, searchedMs: 7 * 24 * 60 * MINUTE },
      'No series has matched within 7\u00a0d.',
    );
  });

  it('says who found it', () => {
    check(
      { kind: 'origin', origin: 'external', sender: 'Prometheus at 10.0.0.7' },
      'Prometheus at 10.0.0.7 says so; its condition is known there.',
    );
  });
});

describe('a cause', () => {
  const check = (cause: WhyCause, expected: string): void =>
    assert.equal(withoutTimes(describeCause(cause, NOON)), expected);

  it('says which value lacks what', () => {
    const limit = { kind: 'limit', part: '', operator: '>', limit: 0.9, value: 0.7 } as const;
    check({ ...limit, labels: {}, seriesCount: 1 }, '0.7 is not > 0.9.');
    check(
      { ...limit, value: null, labels: {}, seriesCount: 3 },
      '– is not > 0.9; it is the closest of 3 series.',
    );
  });

  it('says from where samples came, and what is wrong there', () => {
    const target = {
      job: 'shop',
      instance: 'web:80',
      health: 'down',
      lastError: 'refused',
    } as const;
    const cause = {
      kind: 'noSamples',
      part: 'x',
      lastAt: NOON,
      labels: {},
      searchedMs: 1,
    } as const;
    check(
      { ...cause, target },
      'No samples: last seen TIME from target web:80 of job shop. The target is down: Refused.',
    );
    check({ ...cause, lastAt: null, searchedMs: 0, target: null }, 'No samples.');
  });

  it('says which label is one too many', () => {
    check(
      {
        kind: 'otherLabels',
        part: '',
        metric: 'errors_total',
        seriesCount: 4,
        without: [{ matcher: 'code="5.."', seriesCount: 4 }],
      },
      '4 series of errors_total, but none with these labels. Without code="5.." there would be 4.',
    );
  });
});

describe('a timer', () => {
  it('says what happens', () => {
    const timer = { at: NOON, step: 2, channels: ['browser', 'webhook/ops'] };
    assert.equal(
      describeTimer({ kind: 'step', ...timer }),
      'nobody acknowledged: step 2, browser, webhook/ops',
    );
    assert.equal(
      describeTimer({ kind: 'step', ...timer, step: null }),
      'nobody acknowledged, and no further step is left',
    );
    assert.equal(describeTimer({ kind: 'evaluation', ...timer }), 'its rule is evaluated');
  });
});
