import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Explanation, WhyCause, WhyReason } from '@nines/contract';
import { formatExplanation } from './why-text.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;

const NOTHING: Explanation = {
  now: NOON,
  at: NOON,
  name: 'High',
  alertId: null,
  labels: { severity: 'page' },
  rule: null,
  reasons: [{ kind: 'noRule' }],
  causes: [],
  parts: [],
  measured: null,
  evaluations: [],
  skippedCount: 0,
  evaluationError: null,
  active: [],
  transitions: [],
  route: null,
  timers: [],
  deliveries: [],
};

function check(explanation: Partial<Explanation>, ...expected: readonly string[]): void {
  const text = formatExplanation({ ...NOTHING, ...explanation });
  const head = 'rule High {severity="page"}\nas of 2026-11-23T12:00:00Z\n\n';
  assert.equal(text, `${head}${expected.join('\n')}\n`);
}

const checkReason = (reason: WhyReason, expected: string): void =>
  check({ reasons: [reason] }, expected);

const checkCause = (cause: WhyCause, expected: string): void =>
  check(
    { causes: [cause] },
    'its rule is not in force any more, so its condition cannot be looked at',
    expected,
  );

describe('an explanation in a terminal', () => {
  it('says how things stand', () => {
    checkReason(
      { kind: 'pending', activeAt: NOON, firesAt: NOON + 3 * MINUTE, leftMs: 3 * MINUTE },
      'pending since 2026-11-23T12:00:00Z: `for` has 3m to go; it fires at 2026-11-23T12:03:00Z if the condition holds until then',
    );
    checkReason(
      { kind: 'active', firingCount: 1, pendingCount: 2, firesAt: NOON + MINUTE },
      '1 firing, 2 pending; `for` of the first has 1m to go: it fires at 2026-11-23T12:01:00Z',
    );
    checkReason(
      { kind: 'late', lastAt: NOON, intervalMs: MINUTE, durationMs: 2400 },
      'not evaluated since 2026-11-23T12:00:00Z: its group should be every 1m, and took 2s then',
    );
    checkReason(
      { kind: 'silenced', silenceId: 's', by: 'Mina', untilMs: NOON, comment: 'deploy' },
      'silenced by Mina until 2026-11-23T12:00:00Z: deploy',
    );
  });

  it('says where the last series was lost', () => {
    const labels = { __name__: 'load', zone: 'a' };
    const limit = { kind: 'limit', part: 'load > 0.9', operator: '>', limit: 0.9 } as const;
    checkCause(
      { ...limit, value: 0.7, labels, seriesCount: 2 },
      'value 0.7 is not > 0.9, the closest of 2 series: load{zone="a"}',
    );
    const target = { job: 'shop', instance: 'web:80', health: 'down', lastError: 'no' } as const;
    checkCause(
      { kind: 'noSamples', part: 'load', lastAt: NOON, labels, target, searchedMs: 1 },
      'no samples of  load : last seen 2026-11-23T12:00:00Z from target web:80 of job shop, which is down: no',
    );
    checkCause(
      { kind: 'noSamples', part: 'load', lastAt: null, labels, target: null, searchedMs: MINUTE },
      'no samples of  load  within the last 1m',
    );
    const without = [{ matcher: 'zone="b"', seriesCount: 3 }];
    checkCause(
      { kind: 'otherLabels', part: 'load{zone="b"}', metric: 'load', seriesCount: 3, without },
      '3 series of load, but none is  load{zone="b"} ; without zone="b" there would be 3',
    );
  });

  it('lists evaluations at which something changed, and the last ones', () => {
    const evaluations = [0, 0, 0, 1, 1, 1, 1, 1].map((matchCount, i) => ({
      at: NOON + i * MINUTE,
      matchCount,
      value: matchCount,
      state: matchCount === 0 ? ('inactive' as const) : ('pending' as const),
    }));
    check(
      { evaluations, skippedCount: 5, measured: { text: 'load', operator: '>', limit: 0.5 } },
      'its rule is not in force any more, so its condition cannot be looked at',
      '',
      'EVALUATION            VALUE (> 0.5)  MATCHES  STATE',
      '2026-11-23T12:00:00Z  0              0        inactive',
      '2026-11-23T12:03:00Z  1              1        pending',
      '2026-11-23T12:05:00Z  1              1        pending',
      '2026-11-23T12:06:00Z  1              1        pending',
      '2026-11-23T12:07:00Z  1              1        pending',
      '8 evaluations alike are not listed',
    );
  });

  it('marks the part that lost the series, and says what happens next', () => {
    const part = { depth: 0, error: null, series: [], isCause: false };
    check(
      {
        parts: [
          { ...part, text: 'load > 0.9', seriesCount: 0, isCause: true },
          {
            ...part,
            text: 'load',
            depth: 1,
            seriesCount: 1,
            series: [{ labels: {}, value: 0.7 }],
          },
        ],
        timers: [{ kind: 'step', at: NOON + MINUTE, step: 2, channels: ['browser'] }],
      },
      'its rule is not in force any more, so its condition cannot be looked at',
      '',
      '   SERIES  VALUE  PART',
      '>  0              load > 0.9',
      '   1       0.7      load',
      '',
      'in 1m  2026-11-23T12:01:00Z  nobody acknowledged: the next step begins (browser)',
    );
  });
});
