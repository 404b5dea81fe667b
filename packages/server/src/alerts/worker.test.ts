import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../notify/index.ts';
import { createDefaultPolicy } from './policy.ts';
import { createStage, createTransition, type Stage } from './testing.ts';

const DAY_MS = 86_400_000;

async function fire(stage: Stage, ...names: readonly string[]): Promise<void> {
  const atMs = stage.clock.now();
  await stage
    .core()
    .service.applyTransitions(
      names.map((alertname) =>
        createTransition('firing', { alertname, severity: 'page' }, { atMs }),
      ),
    );
}
const range = (count: number) => Array.from({ length: count }, (_, at) => `Alert${at}`);
const hang = async (): Promise<Outcome> => new Promise(() => {});
const statesOf = (stage: Stage) =>
  [...stage.core().book.files()].flatMap((file) => file.pages.map((page) => page.state));

describe('the worker', () => {
  it('does not let a channel that hangs keep the others', async () => {
    const stage = await createStage();
    stage.receivers.set('browser', hang);
    await fire(stage, ...range(20));
    await stage.tick();
    await stage.tick();
    const count = (channel: string) => stage.sent.filter((sent) => sent.channel === channel).length;
    assert.equal(count('browser'), 8);
    assert.equal(count('webhook/ops'), 20);
  });

  it('bounds what is under way', async () => {
    const channels = range(6).map((name) => `webhook/${name}`);
    const stage = await createStage({ policies: [createDefaultPolicy(channels)] });
    for (const channel of channels) stage.receivers.set(channel, hang);
    await fire(stage, ...range(20));
    await stage.tick();
    await stage.tick();
    assert.equal(stage.sent.length, 32);
  });

  it('sends what has waited longest first', async () => {
    const stage = await createStage({ policies: [createDefaultPolicy(['webhook/ops'])] });
    await fire(stage, ...range(9));
    stage.clock.advance(1000);
    await fire(stage, 'Late');
    await stage.tick();
    await stage.tick();
    assert.deepEqual(
      stage.sent.map((sent) => sent.message.alert.name),
      [...range(9), 'Late'],
    );
  });

  it('calls off what is under way when it stops, to be tried again', async () => {
    const stage = await createStage({ policies: [createDefaultPolicy(['webhook/ops'])] });
    const reason = 'Nines was stopped meanwhile';
    stage.receivers.set('webhook/ops', async (_message, signal) => {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      signal.addEventListener('abort', () => {
        resolve({ state: 'retry', reason, retryAfterMs: undefined, mayHaveArrived: true });
      });
      return promise;
    });
    await fire(stage, 'HighErrors');
    await stage.tick();
    assert.deepEqual(statesOf(stage), ['sending']);
    await stage.core().worker.stop();
    assert.deepEqual(statesOf(stage), ['queued']);
    stage.receivers.clear();
    await stage.restart();
    await stage.advance(10_000);
    assert.equal(stage.sent.length, 2);
    assert.equal(stage.sent[0].message.pageId, stage.sent[1].message.pageId);
  });

  it('keeps a page whose delivery broke, and sends it after the next start', async () => {
    const stage = await createStage({ policies: [createDefaultPolicy(['webhook/ops'])] });
    stage.receivers.set('webhook/ops', async () => Promise.reject(new Error('bug')));
    await fire(stage, 'HighErrors');
    await stage.tick();
    assert.deepEqual(statesOf(stage), ['sending']);
    stage.receivers.clear();
    await stage.restart();
    await stage.tick();
    assert.deepEqual(statesOf(stage), ['delivered']);
    assert.equal(stage.sent.at(-1)?.message.isRepeat, true);
  });

  it('removes alerts that are long over', async () => {
    const stage = await createStage();
    await fire(stage, 'HighErrors');
    await stage.tick();
    const [{ alert }] = [...stage.core().book.files()];
    const over = createTransition(
      'resolved',
      { alertname: 'HighErrors', severity: 'page' },
      {
        atMs: stage.clock.now(),
      },
    );
    await stage.core().service.applyTransitions([over]);
    await stage.tick();
    stage.clock.advance(399 * DAY_MS);
    await stage.tick();
    assert.ok(await stage.store.findFile(alert.id));
    stage.clock.advance(2 * DAY_MS);
    await stage.tick();
    assert.equal(await stage.store.findFile(alert.id), undefined);
  });

  it('counts what it does', async () => {
    const stage = await createStage();
    await fire(stage, 'HighErrors');
    stage.clock.advance(500);
    await stage.tick();
    const text = await stage.registry.metrics();
    assert.match(text, /nines_alerts_active\{state="firing",output="page"\} 1/);
    assert.match(text, /nines_alerts_events_total\{kind="page.delivered"\} 2/);
    assert.match(text, /nines_alerts_page_delay_seconds_bucket\{le="0.5"\} 2/);
  });
});
