import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXTERNAL_OPEN_MAX, RECEIVED_ALERTS_MAX } from './limits.ts';
import { createStage, type Stage } from './testing.ts';

const MINUTE_MS = 60_000;
const FROM = { address: '::ffff:10.0.0.7', userAgent: 'vmalert' };

interface Sent {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
const range = (count: number, first = 0): readonly Sent[] =>
  Array.from({ length: count }, (_, at) => ({
    labels: { alertname: 'Slow', instance: `host-${first + at}`, severity: 'ticket' },
  }));
const post = async (stage: Stage, alerts: readonly Sent[]) =>
  stage.core().receiver.takePosted(alerts, FROM);
const openCount = (stage: Stage) => [...stage.core().book.files()].length;

/** Counts the writes that a stage makes from now on. */
function countWrites(stage: Stage): () => number {
  const save = stage.store.save.bind(stage.store);
  let count = 0;
  stage.store.save = async (changes) => {
    count++;
    return save(changes);
  };
  return () => count;
}

describe('alerts from outside', () => {
  it('are written when they begin, and not when they are repeated', async () => {
    const stage = await createStage();
    const writes = countWrites(stage);
    await post(stage, range(1_000));
    const first = writes();
    assert.equal(first, 20);
    for (let minute = 0; minute < 10; minute++) {
      stage.clock.advance(MINUTE_MS);
      await post(stage, range(1_000));
      await stage.tick();
    }
    assert.equal(writes(), first);
    assert.equal(openCount(stage), 1_000);
    const metrics = await stage.registry.metrics();
    assert.match(metrics, /nines_alerts_received_total\{outcome="repeated"\} 10000/);
  });

  it('are written again when they say something else', async () => {
    const stage = await createStage();
    const [alert] = range(1);
    await post(stage, [{ ...alert, annotations: { summary: '3 % fail' } }]);
    await post(stage, [{ ...alert, annotations: { summary: '5 % fail' } }]);
    const [file] = [...stage.core().book.files()];
    assert.deepEqual(file.alert.annotations, { summary: '5 % fail' });
    assert.equal(file.alert.sender, 'vmalert at 10.0.0.7');
    assert.equal(openCount(stage), 1);
  });

  it('are one alert when one request has it twice', async () => {
    const stage = await createStage();
    const [alert] = range(1);
    await post(stage, [alert, alert, alert]);
    assert.equal(openCount(stage), 1);
  });

  it('are refused while the database is away, and taken when they come again', async () => {
    const stage = await createStage();
    stage.store.mood = 'refuses';
    await assert.rejects(post(stage, range(1)), { code: 'DATABASE_UNAVAILABLE' });
    assert.equal(openCount(stage), 0);
    stage.store.mood = 'well';
    await post(stage, range(1));
    assert.equal(openCount(stage), 1);
  });

  it('hold once more after the database was away, when nobody could repeat them', async () => {
    const stage = await createStage();
    await post(stage, range(2));
    stage.store.mood = 'refuses';
    await assert.rejects(post(stage, range(1, 2)), { code: 'DATABASE_UNAVAILABLE' });
    await stage.advance(20 * MINUTE_MS);
    stage.store.mood = 'well';
    await stage.advance(4 * MINUTE_MS);
    assert.equal(openCount(stage), 2);
    await post(stage, range(1));
    await stage.advance(2 * MINUTE_MS);
    assert.equal(openCount(stage), 1);
  });

  it('have a bound, and leave room again when they end', async () => {
    const stage = await createStage();
    for (let first = 0; first < EXTERNAL_OPEN_MAX; first += 1_000) {
      await post(stage, range(1_000, first));
    }
    const code = 'ALERTS_TOO_MANY_OPEN';
    const message = /^2 alerts were not taken: 5000 from outside are open/;
    await assert.rejects(post(stage, range(2, EXTERNAL_OPEN_MAX)), { code, message });
    assert.equal(openCount(stage), EXTERNAL_OPEN_MAX);
    await stage.advance(6 * MINUTE_MS);
    assert.equal(openCount(stage), 0);
    await post(stage, range(RECEIVED_ALERTS_MAX));
    assert.equal(openCount(stage), RECEIVED_ALERTS_MAX);
  });

  it('do not mix with what rules found under the same labels', async () => {
    const stage = await createStage();
    await post(stage, range(1));
    assert.deepEqual(stage.core().service.listActive(), []);
    await stage.core().audit([{ ruleKey: 'external/Slow', active: [] }]);
    assert.equal(openCount(stage), 1);
  });
});

describe('test pages', () => {
  it('are refused when too many are asked for within a minute', async () => {
    const stage = await createStage();
    const { requestTestPage, service } = stage.core();
    const page = async () => {
      const { alertId } = await requestTestPage('Mina');
      await service.acknowledge(alertId, 'Mina');
    };
    for (let count = 0; count < 10; count++) await page();
    const message = /10 test pages were asked for within a minute/;
    await assert.rejects(page(), { code: 'TEST_PAGE_LIMIT', message });
    stage.clock.advance(MINUTE_MS);
    await page();
  });
});
