import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlertInstance } from '../rules/index.ts';
import { createStage, createTransition, type Stage } from './testing.ts';

const LABELS = { alertname: 'HighErrors', severity: 'page' };
const RULE_KEY = 'test/HighErrors{}';

function createInstance(stage: Stage, kind: 'pending' | 'firing'): AlertInstance {
  return createTransition(kind, LABELS, { atMs: stage.clock.now() }).alert;
}
async function tell(stage: Stage, kind: 'pending' | 'firing'): Promise<void> {
  const transition = createTransition(kind, LABELS, { atMs: stage.clock.now() });
  await stage.core().service.applyTransitions([transition]);
}
const auditWith = async (stage: Stage, ...active: readonly AlertInstance[]) =>
  stage.core().audit([{ ruleKey: RULE_KEY, active }]);
const statesOf = (stage: Stage) => [...stage.core().book.files()].map((file) => file.alert.state);

describe('the audit', () => {
  it('ends an alert that its rule does not know, when two audits in a row see it', async () => {
    const stage = await createStage();
    await tell(stage, 'firing');
    await auditWith(stage);
    assert.deepEqual(statesOf(stage), ['firing']);
    await auditWith(stage);
    await stage.tick();
    assert.deepEqual(statesOf(stage), []);
    const entry = stage.store.history.find(({ kind }) => kind === 'alert.resolved');
    assert.equal(entry?.reason, 'its rule no longer holds it active, which was not noted before');
  });

  it('opens an alert that its rule holds active', async () => {
    const stage = await createStage();
    const instance = createInstance(stage, 'firing');
    await auditWith(stage, instance);
    assert.deepEqual(statesOf(stage), []);
    await auditWith(stage, instance);
    assert.deepEqual(statesOf(stage), ['firing']);
    await stage.tick();
    assert.equal(stage.sent.length, 2);
  });

  it('fires an alert that stayed behind', async () => {
    const stage = await createStage();
    await tell(stage, 'pending');
    const instance = createInstance(stage, 'firing');
    await auditWith(stage, instance);
    await auditWith(stage, instance);
    assert.deepEqual(statesOf(stage), ['firing']);
  });

  it('leaves alone what agrees, what a person resolved, and rules that it was not told of', async () => {
    const stage = await createStage();
    await tell(stage, 'firing');
    const [{ alert }] = [...stage.core().book.files()];
    await stage.core().service.resolve(alert.id, 'Mina');
    const count = stage.store.history.length;
    for (let round = 0; round < 3; round++) {
      await auditWith(stage, createInstance(stage, 'firing'));
      await stage.core().audit([{ ruleKey: 'test/Other{}', active: [] }]);
    }
    assert.equal(stage.store.history.length, count);
  });

  it('forgets a difference that went away', async () => {
    const stage = await createStage();
    await tell(stage, 'firing');
    await auditWith(stage);
    await auditWith(stage, createInstance(stage, 'firing'));
    await auditWith(stage);
    assert.deepEqual(statesOf(stage), ['firing']);
  });

  it('leaves alerts about Nines itself alone', async () => {
    const stage = await createStage();
    await stage.core().internal.raiseInternal({
      name: 'NinesDiskFull',
      labels: {},
      annotations: {},
      output: 'ticket',
    });
    for (let round = 0; round < 3; round++) await auditWith(stage);
    assert.deepEqual(statesOf(stage), ['firing']);
  });

  it('does not reject while the database is away, and mends when it is back', async () => {
    const stage = await createStage();
    const instance = createInstance(stage, 'firing');
    await auditWith(stage, instance);
    stage.store.mood = 'refuses';
    await auditWith(stage, instance);
    assert.deepEqual(statesOf(stage), []);
    stage.store.mood = 'well';
    await auditWith(stage, instance);
    assert.deepEqual(statesOf(stage), ['firing']);
  });
});
