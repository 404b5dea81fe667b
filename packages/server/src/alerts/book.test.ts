import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../platform/index.ts';
import { createStage, createTransition, type Stage } from './testing.ts';

const LABELS = { alertname: 'HighErrors', severity: 'page' };

async function fire(stage: Stage): Promise<void> {
  const transition = createTransition('firing', LABELS, { atMs: stage.clock.now() });
  await stage.core().service.applyTransitions([transition]);
}
async function assertRefused(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'DATABASE_UNAVAILABLE');
    return true;
  });
}
const onlyAlert = (stage: Stage) => {
  const [file, ...more] = [...stage.core().book.files()];
  assert.deepEqual(more, []);
  return file.alert;
};
const kindsOf = (stage: Stage) => stage.store.history.map((entry) => entry.kind);

describe('the book', () => {
  it('takes over nothing that is not on disk', async () => {
    const stage = await createStage();
    stage.store.mood = 'refuses';
    await assertRefused(fire(stage));
    assert.deepEqual([...stage.core().book.files()], []);
    assert.deepEqual(stage.sent, []);
  });

  it('undoes a new alert whose write was done although it failed', async () => {
    const stage = await createStage();
    stage.store.mood = 'forgets to answer';
    await assertRefused(fire(stage));
    assert.equal((await stage.store.listOpenFiles()).length, 1);
    stage.store.mood = 'well';
    await fire(stage);
    const stored = await stage.store.listOpenFiles();
    assert.deepEqual(
      stored.map((file) => file.alert.id),
      [onlyAlert(stage).id],
    );
    await stage.restart();
    await stage.tick();
    assert.equal(stage.sent.length, 2, 'one page for each channel');
  });

  it('promises nothing new before that is undone', async () => {
    const stage = await createStage();
    stage.store.mood = 'forgets to answer';
    await assertRefused(fire(stage));
    stage.store.mood = 'refuses';
    await assertRefused(fire(stage));
    assert.deepEqual([...stage.core().book.files()], []);
  });

  it('undoes a change whose write was done although it failed', async () => {
    const stage = await createStage();
    await fire(stage);
    await stage.tick();
    const before = onlyAlert(stage);
    stage.store.mood = 'forgets to answer';
    await assertRefused(stage.core().service.acknowledge(before.id, 'Mina'));
    assert.ok(kindsOf(stage).includes('alert.acknowledged'));
    stage.store.mood = 'well';
    await stage.tick();
    assert.deepEqual((await stage.store.findFile(before.id))?.alert, before);
    assert.ok(!kindsOf(stage).includes('alert.acknowledged'));
    await stage.advance(300_000);
    assert.equal(stage.sent.length, 4, 'it pages on');
  });

  it('goes on paging while the database is away, and writes it down later', async () => {
    const stage = await createStage();
    await fire(stage);
    stage.store.mood = 'refuses';
    await stage.advance(300_000);
    const titles = stage.sent.map(({ message }) => message.title);
    const isOwn = (title: string) => title.startsWith('Nines cannot write alerts down');
    assert.equal(titles.filter((title) => !isOwn(title)).length, 4, 'two steps to two channels');
    assert.equal(titles.filter(isOwn).length, 2, 'and the alert about it');
    assert.deepEqual(kindsOf(stage), ['alert.fired']);
    assert.equal(stage.core().book.unsaved().length, 2);
    const text = await stage.registry.metrics();
    assert.match(text, /nines_alerts_unsaved 2/);
    stage.store.mood = 'well';
    await stage.tick();
    assert.equal(kindsOf(stage).filter((kind) => kind === 'page.delivered').length, 6);
    assert.equal(stage.core().book.trouble(), undefined);
  });

  it('says to a person that nothing was changed while the database is away', async () => {
    const stage = await createStage();
    await fire(stage);
    stage.store.mood = 'refuses';
    const { id } = onlyAlert(stage);
    await assert.rejects(stage.core().service.acknowledge(id, 'Mina'), {
      code: 'DATABASE_UNAVAILABLE',
      message: `alert ${id} is unchanged; try again in a moment: the database is away`,
    });
    assert.equal(onlyAlert(stage).acknowledgedBy, undefined);
    // A rule whose change was refused leaves a doubt, which must be settled first.
    const other = { ...LABELS, alertname: 'Other' };
    const transition = createTransition('firing', other, { atMs: stage.clock.now() });
    await assertRefused(stage.core().service.applyTransitions([transition]));
    await assert.rejects(stage.core().service.acknowledge(id, 'Mina'), /is unchanged/);
  });

  it('takes up after a restart since when an alert is kept firing', async () => {
    const stage = await createStage();
    await fire(stage);
    stage.clock.advance(5000);
    const atMs = stage.clock.now();
    await stage.core().service.applyTransitions([createTransition('kept', LABELS, { atMs })]);
    await stage.restart();
    assert.equal(stage.core().service.listActive()[0].keepFiringSinceMs, atMs);
    await fire(stage);
    assert.equal(onlyAlert(stage).state, 'firing');
  });

  it('bounds what it keeps for a database that is away', async () => {
    const stage = await createStage();
    await fire(stage);
    stage.store.mood = 'refuses';
    const { book } = stage.core();
    const [file] = [...book.files()];
    const entry = { ...stage.store.history[0], kind: 'page.retried' } as const;
    const entries = Array.from({ length: 20_001 }, (_, at) => ({ ...entry, sequence: at + 1 }));
    await book.commitAnyway([{ file, changedPages: [], entries }]);
    const [change] = book.unsaved();
    assert.equal(change.entries.length, 10_000);
    assert.equal(change.entries.at(-1)?.sequence, 20_001);
  });
});
