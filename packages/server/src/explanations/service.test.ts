import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Explanation, WhyQuery } from '@nines/contract';
import type { AlertTrail } from '../alerts/index.ts';
import { AppError, createManualClock, notFound } from '../platform/index.ts';
import { groupOffsetMs, loadRuleBacktest, type RuleView } from '../rules/index.ts';
import { createLabels, EMPTY_LABELS } from '../series/index.ts';
import { createExplanations, listRules } from './service.ts';
import { createTestStore, MINUTE, NOON, testGroup, testRule, testTrail } from './testing.ts';

const ASKER = { name: 'Mina', signal: new AbortController().signal };
/** The last evaluation before noon. */
const LAST = NOON - MINUTE + groupOffsetMs(testGroup(), MINUTE);
const RULE = testRule({ health: 'ok', lastEvaluationAt: LAST });

/** A load that was above 5 in zone a from 60 to 30 minutes before noon, in zone b for the last 3. */
const SERIES = [
  ['load', { zone: 'a' }, (minutes: number) => (minutes <= 60 && minutes > 30 ? 9 : 1)],
  ['load', { zone: 'b' }, (minutes: number) => (minutes <= 3 ? 6 : 2)],
] as const;

async function explain(
  query: WhyQuery,
  world: {
    readonly rule?: Partial<RuleView>;
    readonly trail?: AlertTrail;
    readonly monotonicMs?: number;
  } = {},
): Promise<Explanation> {
  const clock = createManualClock(NOON);
  const ask = await createTestStore(SERIES);
  const explanations = createExplanations({
    ...(await loadRuleBacktest()),
    groups: () => [testGroup({ lastEvaluationAt: LAST, rules: [{ ...RULE, ...world.rule }] })],
    alerts: {
      async getTrail(id) {
        if (world.trail?.alert.id === id) return world.trail;
        throw notFound('ALERT_NOT_FOUND', `there is no alert ${id}`);
      },
      previewRoute: () => testTrail({}).route,
      findOpenId: () => 'al_1',
    },
    ask,
    findTarget: () => undefined,
    clock,
    queryTimeoutMs: () => 60_000,
    externalLabels: () => EMPTY_LABELS,
    externalUrl: 'http://nines.test',
    pause: async () => {},
  });
  return explanations.explain(query, ASKER);
}

async function assertRefused(query: WhyQuery, code: string, message: RegExp): Promise<void> {
  await assert.rejects(explain(query), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

describe('why a rule does not fire', () => {
  it('is its limit, with when it last matched', async () => {
    const { reasons, causes, parts, measured, alertId } = await explain({
      rule: 'High',
      at: NOON - 10 * MINUTE,
    });
    assert.equal(alertId, null);
    const lastMatchedAt = LAST - 30 * MINUTE;
    assert.deepEqual(reasons, [{ kind: 'noMatch', lastMatchedAt, searchedMs: 119 * MINUTE }]);
    assert.deepEqual(causes, [
      {
        kind: 'limit',
        part: 'load > 5',
        operator: '>',
        limit: 5,
        value: 2,
        seriesCount: 2,
        labels: { __name__: 'load', zone: 'b' },
      },
    ]);
    assert.deepEqual(
      parts.map(({ text, depth, seriesCount, isCause }) => [text, depth, seriesCount, isCause]),
      [
        ['load > 5', 0, 0, true],
        ['load', 1, 2, false],
      ],
    );
    assert.deepEqual(measured, { text: 'load', operator: '>', limit: 5 });
  });

  it('has the states that the rule went through', async () => {
    const { evaluations, transitions } = await explain({ rule: 'High', at: NOON - 10 * MINUTE });
    assert.equal(evaluations.length, 120);
    const first = evaluations.findIndex(({ matchCount }) => matchCount > 0);
    const states = evaluations.slice(first - 1, first + 6).map(({ state }) => state);
    assert.deepEqual(states, [
      'inactive',
      'pending',
      'pending',
      'pending',
      'pending',
      'pending',
      'firing',
    ]);
    assert.deepEqual(
      transitions.map(({ kind }) => kind),
      ['alert.pending', 'alert.fired', 'alert.ended'],
    );
    assert.equal(evaluations[first]?.value, 9);
  });

  it('is that `for` is not over, with when that will be', async () => {
    const labels = createLabels({ alertname: 'High', severity: 'page', zone: 'b' });
    const activeAtMs = LAST - 2 * MINUTE;
    const alert = {
      ruleKey: RULE.key,
      fingerprint: 'f',
      labels,
      annotations: {},
      value: 6,
      activeAtMs,
      state: 'pending' as const,
      firedAtMs: undefined,
      keepFiringSinceMs: undefined,
    };
    const { reasons, active, timers } = await explain(
      { rule: 'High' },
      { rule: { alerts: [alert] } },
    );
    const firesAt = LAST + 3 * MINUTE;
    assert.deepEqual(reasons, [{ kind: 'active', firingCount: 0, pendingCount: 1, firesAt }]);
    assert.deepEqual(
      active.map((one) => [one.alertId, one.firesAt]),
      [['al_1', firesAt]],
    );
    assert.deepEqual(
      timers.map(({ kind, at }) => [kind, at]),
      [
        ['evaluation', NOON + MINUTE],
        ['for', firesAt],
      ],
    );
  });

  it('is first of all that it cannot be evaluated', async () => {
    const rule = { health: 'err', lastError: 'many-to-many matching' } as const;
    const { reasons } = await explain({ rule: 'High' }, { rule });
    assert.deepEqual(reasons[0], { kind: 'failing', error: 'many-to-many matching' });
  });

  it('is never that of another rule', async () => {
    await assertRefused({ rule: 'Hihg' }, 'WHY_RULE_NOT_FOUND', /did you mean "High"\?$/);
    await assertRefused({ rule: 'Slow' }, 'WHY_RULE_NOT_FOUND', /those in force are High$/);
    const elsewhere = { rule: 'High', group: 'cart' };
    await assertRefused(elsewhere, 'WHY_RULE_NOT_FOUND', /in force in group "cart"/);
  });
});

describe('why an alert is there', () => {
  const trail = testTrail({
    activeAt: LAST - 59 * MINUTE,
    firedAt: LAST - 54 * MINUTE + 3,
    state: 'resolved',
    resolvedAt: LAST - 29 * MINUTE + 3,
  });

  it('is what it measured from before it began until after its end', async () => {
    const { evaluations, reasons, causes, at } = await explain({ alert: 'al_1' }, { trail });
    assert.equal(at, LAST - 29 * MINUTE);
    assert.deepEqual(reasons, [{ kind: 'ended', at: LAST - 29 * MINUTE + 3, hasFired: true }]);
    assert.equal(evaluations.length, 5 + 30 + 6);
    assert.equal(evaluations[0]?.at, LAST - 64 * MINUTE);
    assert.deepEqual([...new Set(evaluations.map(({ value }) => value))], [1, 9]);
    const [cause] = causes;
    assert.equal(cause?.kind === 'limit' && cause.value, 1, 'of its own series');
  });

  it('is held against the silence that keeps it quiet', async () => {
    const silence = { id: 's', until: NOON + MINUTE, by: 'Mina', comment: 'deploy' };
    const alert = { ...trail.alert, resolvedAt: null, silence };
    const { reasons } = await explain({ alert: 'al_1' }, { trail: { ...trail, alert } });
    const untilMs = NOON + MINUTE;
    assert.deepEqual(reasons.slice(1, 2), [
      { kind: 'silenced', silenceId: 's', by: 'Mina', untilMs, comment: 'deploy' },
    ]);
    const then = await explain({ alert: 'al_1', at: LAST }, { trail: { ...trail, alert } });
    assert.ok(!then.reasons.some(({ kind }) => kind === 'silenced'));
  });

  it('says where the samples tell another story', async () => {
    const alert = { ...trail.alert, activeAt: LAST - 62 * MINUTE };
    const { reasons } = await explain({ alert: 'al_1' }, { trail: { ...trail, alert } });
    assert.deepEqual(reasons[1], { kind: 'differs', count: 3 });
  });

  it('leaves out what came after the time that is asked for', async () => {
    const entry = (at: number, kind: string) => ({ at, kind, reason: kind, actor: null });
    const history = [
      entry(LAST - 59 * MINUTE, 'alert.pending'),
      entry(LAST - 54 * MINUTE, 'alert.fired'),
      entry(LAST - 54 * MINUTE, 'page.sent'),
      entry(LAST - 29 * MINUTE, 'alert.ended'),
    ];
    const at = LAST - 50 * MINUTE;
    const then = await explain({ alert: 'al_1', at }, { trail: { ...trail, history } });
    assert.equal(then.reasons[0]?.kind, 'firing');
    assert.deepEqual(
      [...then.transitions, ...then.deliveries].map(({ kind }) => kind),
      ['alert.pending', 'alert.fired', 'page.sent'],
    );
    assert.deepEqual(then.causes, []);
    assert.deepEqual(then.timers, []);
  });

  it('is what another server says, where no rule of ours found it', async () => {
    const alert = { ...trail.alert, origin: 'external' } as const;
    const foreign = { ...trail, alert, ruleKey: 'external/High', sender: 'Prometheus at p' };
    const { reasons, parts, evaluations } = await explain({ alert: 'al_1' }, { trail: foreign });
    assert.equal(reasons[1]?.kind, 'origin');
    assert.deepEqual([parts, evaluations], [[], []]);
  });

  it('is asked of an alert that is there, and of now or before', async () => {
    await assertRefused({ alert: 'al_2' }, 'ALERT_NOT_FOUND', /al_2/);
    await assertRefused({}, 'WHY_INVALID', /either/);
    await assertRefused({ alert: 'al_1', rule: 'High' }, 'WHY_INVALID', /either/);
    await assertRefused({ rule: 'High', at: NOON + 1 }, 'WHY_INVALID', /future/);
  });
});

describe('the list of rules', () => {
  it('has the alerting rules with their state', async () => {
    const rules = [testRule(), testRule({ kind: 'record', name: 'x' })];
    const { rules: listed } = await listRules([testGroup({ rules })], async () => new Map(), NOON);
    assert.deepEqual(listed, [
      {
        name: 'High',
        group: 'shop',
        file: 'r.yml',
        expression: 'load > 5',
        state: 'inactive',
        error: null,
        activeCount: 0,
        probation: null,
      },
    ]);
  });
  it('counts what rules on probation have fired since its first day', async () => {
    const annotations = [
      ['nines_author', 'mina'],
      ['nines_probation', '2026-11-24/2026-12-08'],
    ] as const;
    const rule = testRule({ annotations });
    const asked: unknown[] = [];
    const listed = await listRules(
      [testGroup({ rules: [rule] })],
      async (wanted) => {
        asked.push(...wanted);
        return new Map([[rule.key, 3]]);
      },
      Date.UTC(2026, 11, 8),
    );
    const from = Date.UTC(2026, 10, 24);
    const until = Date.UTC(2026, 11, 8);
    assert.deepEqual(asked, [{ key: rule.key, sinceMs: from }]);
    const want = { author: 'mina', from, until, isOver: true, firedCount: 3 };
    assert.deepEqual(listed.rules[0].probation, want);
  });
});
