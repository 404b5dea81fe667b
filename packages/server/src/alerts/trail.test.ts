import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../series/index.ts';
import type { Page } from './model.ts';
import type { EscalationPolicy } from './policy.ts';
import { createStage, createTransition, STAGE_START_MS } from './testing.ts';
import { listTimers, previewRoute, traceRoute } from './trail.ts';

const MINUTE = 60_000;
const POLICY: EscalationPolicy = {
  name: 'shop',
  steps: [
    { notify: ['browser'], waitMs: 2 * MINUTE },
    { notify: ['webhook/ops', 'email/all'], waitMs: 5 * MINUTE },
  ],
  repeatCount: 1,
};

/** The file of an alert that has just fired, as the reducer makes it. */
async function fire() {
  const stage = await createStage({ policies: [POLICY] });
  const labels = { alertname: 'High', severity: 'page' };
  const transition = createTransition('firing', labels, { atMs: STAGE_START_MS });
  await stage.core().service.applyTransitions([transition]);
  const [file] = stage.core().book.files();
  assert.ok(file !== undefined);
  return file;
}

describe('the way of an alert', () => {
  it('has the steps that began, and when the others do if nobody acknowledges', async () => {
    const file = await fire();
    const { firedAtMs = 0 } = file.alert;
    const { steps, ...route } = traceRoute(file, POLICY);
    assert.equal(route.policy, 'shop');
    assert.equal(route.stepCount, 4);
    assert.deepEqual(
      steps.map(({ channels, beganAt, dueAt }) => [channels.length, beganAt, dueAt]),
      [
        [1, firedAtMs, null],
        [2, null, firedAtMs + 2 * MINUTE],
        [1, null, firedAtMs + 7 * MINUTE],
        [2, null, firedAtMs + 9 * MINUTE],
      ],
    );
  });

  it('goes no further once somebody has it', async () => {
    const file = await fire();
    const alert = { ...file.alert, acknowledgedAtMs: 1, acknowledgedBy: 'Mina' };
    const { steps } = traceRoute({ ...file, alert }, POLICY);
    assert.deepEqual(
      steps.map(({ dueAt }) => dueAt),
      [null, null, null, null],
    );
    assert.deepEqual(
      listTimers({ ...file, alert, pages: [] }, POLICY).map(({ kind }) => kind),
      [],
    );
  });

  it('is to nobody where the output is no page', () => {
    const labels = createLabels({ severity: 'warning' });
    const alert = { output: 'ticket', labels, service: 'shop', policy: POLICY } as const;
    assert.deepEqual(previewRoute(alert), {
      isTaken: false,
      output: 'ticket',
      reason: 'its output is ticket.',
      service: 'shop',
      policy: null,
      probation: null,
      steps: [],
      stepCount: 0,
    });
  });
});

describe('the timers of an alert', () => {
  it('are its next step, the pages that wait, the end of a silence and the look at a person’s word', async () => {
    const file = await fire();
    const [page] = file.pages;
    assert.ok(page !== undefined);
    const waiting: Page = { ...page, state: 'queued', nextAttemptAtMs: 77 };
    const silence = { id: 's', untilMs: 88, by: 'Mina', comment: 'deploy' };
    const alert = { ...file.alert, recheckAtMs: 99, silence };
    const timers = listTimers({ alert, pages: [waiting, { ...page, state: 'failed' }] }, POLICY);
    assert.deepEqual(timers, [
      {
        kind: 'step',
        at: file.alert.nextStepAtMs,
        step: 2,
        channels: ['webhook/ops', 'email/all'],
      },
      { kind: 'attempt', at: 77, step: 1, channels: ['browser'] },
      { kind: 'silence', at: 88, step: null, channels: [] },
      { kind: 'recheck', at: 99, step: null, channels: [] },
    ]);
  });
});
