import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forEachDatabase } from '../database/testing.ts';
import { createLabels } from '../series/index.ts';
import type { Alert, AlertFile, Change, HistoryEntry, Page } from './model.ts';
import { type AlertStore, createAlertStore } from './store.ts';
import { createMemoryStore } from './testing.ts';
import { selectHistory } from './queries.ts';
import type { Tables } from './rows.ts';

function createAlert(id: string, fields: Partial<Alert> = {}): Alert {
  return {
    id,
    origin: 'rule',
    sender: undefined,
    ruleKey: 'group/HighErrors{}',
    fingerprint: 'f1',
    name: 'HighErrors',
    labels: createLabels({ alertname: 'HighErrors', job: 'sh"op', zone: 'ü\u0000\u2028' }),
    annotations: { summary: "it's bad", description: '{{ }}' },
    output: 'page',
    service: undefined,
    tags: [],
    state: 'firing',
    value: 0.25,
    activeAtMs: 1_000,
    firedAtMs: 2_000,
    resolvedAtMs: undefined,
    resolvedBy: undefined,
    acknowledgedAtMs: undefined,
    acknowledgedBy: undefined,
    silence: { id: 's1', untilMs: 9_000, by: 'Mina', comment: 'it\'s "being" moved' },
    isRuleActive: true,
    expiresAfterMs: undefined,
    keepFiringSinceMs: 3_000,
    recheckAtMs: undefined,
    policy: 'default',
    stepsBegun: 1,
    nextStepAtMs: 1_767_322_800_000,
    historyCount: 0,
    ...fields,
  };
}
function createPage(id: string, alertId: string, fields: Partial<Page> = {}): Page {
  return {
    id,
    alertId,
    kind: 'page',
    channel: 'webhook/ops',
    step: 1,
    state: 'queued',
    dueAtMs: 2_000,
    attemptCount: 0,
    nextAttemptAtMs: 2_000,
    isRepeat: false,
    deliveredAtMs: undefined,
    lastError: undefined,
    ...fields,
  };
}
function createEntry(alertId: string, sequence: number, reason: string): HistoryEntry {
  const atMs = 2_000;
  return { alertId, sequence, atMs, kind: 'alert.fired', reason, actor: 'Mina', pageId: undefined };
}
function createChange(alert: Alert, pages: readonly Page[], entries: readonly string[]): Change {
  return {
    file: { alert, pages },
    changedPages: pages,
    entries: entries.map((reason, at) => createEntry(alert.id, at, reason)),
  };
}
const idsOf = (files: readonly AlertFile[]) => files.map((file) => file.alert.id).toSorted();
const OVER = { state: 'resolved', resolvedAtMs: 3_000, isRuleActive: false } as const;

/** The same promises for the database and for the stand-in that other tests use. */
function definePromises(open: () => Promise<AlertStore>): void {
  it('finds what it saved, to the last field', async () => {
    const store = await open();
    const full = createAlert('al_2', {
      origin: 'external',
      sender: 'Prometheus at 10.0.0.7',
      expiresAfterMs: 300_000,
      tags: ['cause:network', '원인'],
      service: 'shop',
      state: 'resolved',
      value: -1.5e300,
      resolvedAtMs: 5_000,
      resolvedBy: 'Mina',
      acknowledgedAtMs: 4_000,
      acknowledgedBy: 'Noah',
      recheckAtMs: 6_000,
      nextStepAtMs: undefined,
    });
    const page = createPage('pg_1', 'al_2', {
      kind: 'resolved',
      state: 'delivered',
      attemptCount: 3,
      isRepeat: true,
      deliveredAtMs: 4_500,
      lastError: 'it answered 503',
    });
    await store.save([
      createChange(createAlert('al_1', { value: null }), [createPage('pg_2', 'al_1')], ['one']),
      createChange(full, [page], []),
    ]);
    assert.deepEqual(await store.findFile('al_2'), { alert: full, pages: [page] });
    assert.deepEqual(await store.findFile('al_1'), {
      alert: createAlert('al_1', { value: null }),
      pages: [createPage('pg_2', 'al_1')],
    });
    assert.equal(await store.findFile('al_3'), undefined);
  });

  it('puts a later save over an earlier one', async () => {
    const store = await open();
    await store.save([createChange(createAlert('al_1'), [createPage('pg_1', 'al_1')], ['one'])]);
    const later = createAlert('al_1', { stepsBegun: 2, acknowledgedAtMs: 9, acknowledgedBy: 'M' });
    const pages = [
      createPage('pg_1', 'al_1', { state: 'cancelled' }),
      createPage('pg_2', 'al_1', { dueAtMs: 3_000 }),
    ];
    await store.save([createChange(later, pages, [])]);
    assert.deepEqual(await store.findFile('al_1'), { alert: later, pages });
  });

  it('takes the same save twice', async () => {
    const store = await open();
    const change = createChange(createAlert('al_1'), [createPage('pg_1', 'al_1')], ['one', 'two']);
    await store.save([change]);
    await store.save([change]);
    assert.deepEqual(await store.findFile('al_1'), change.file);
  });

  it('removes what an exact save does not know', async () => {
    const store = await open();
    const alert = createAlert('al_1', { historyCount: 1 });
    const kept = createPage('pg_1', 'al_1');
    await store.save([
      createChange(alert, [kept, createPage('pg_2', 'al_1')], ['one', 'two', 'three']),
      createChange(createAlert('al_2'), [createPage('pg_3', 'al_2')], ['other']),
    ]);
    const file = { alert, pages: [kept] };
    await store.save([{ file, changedPages: [kept], entries: [], isExact: true }]);
    assert.deepEqual(await store.findFile('al_1'), file);
    assert.equal((await store.findFile('al_2'))?.pages.length, 1);
  });

  it('removes alerts with all that belongs to them', async () => {
    const store = await open();
    await store.save([
      createChange(createAlert('al_1'), [createPage('pg_1', 'al_1')], ['one']),
      createChange(createAlert('al_2'), [], ['one']),
    ]);
    await store.remove(['al_1', 'al_unknown']);
    assert.equal(await store.findFile('al_1'), undefined);
    assert.ok(await store.findFile('al_2'));
  });

  it('lists the files in which something may still happen', async () => {
    const store = await open();
    await store.save([
      createChange(createAlert('al_pending', { state: 'pending', firedAtMs: undefined }), [], []),
      createChange(createAlert('al_firing'), [], []),
      createChange(createAlert('al_closed', { ...OVER, isRuleActive: true }), [], []),
      createChange(createAlert('al_telling', OVER), [createPage('pg_1', 'al_telling')], []),
      createChange(
        createAlert('al_sending', OVER),
        [createPage('pg_2', 'al_sending', { state: 'sending' })],
        [],
      ),
      createChange(
        createAlert('al_over', OVER),
        [createPage('pg_3', 'al_over', { state: 'failed' })],
        [],
      ),
    ]);
    const files = await store.listOpenFiles();
    assert.deepEqual(idsOf(files), [
      'al_closed',
      'al_firing',
      'al_pending',
      'al_sending',
      'al_telling',
    ]);
    assert.deepEqual(files.find((file) => file.alert.id === 'al_telling')?.pages, [
      createPage('pg_1', 'al_telling'),
    ]);
  });

  it('removes what is old, and only that', async () => {
    const store = await open();
    const neverFired = { ...OVER, firedAtMs: undefined };
    await store.save([
      createChange(createAlert('al_firing'), [], ['one']),
      createChange(createAlert('al_old', { ...OVER, resolvedAtMs: 9 }), [], ['one', 'two']),
      createChange(createAlert('al_new', { ...OVER, resolvedAtMs: 20 }), [], ['one']),
      createChange(createAlert('al_never', { ...neverFired, resolvedAtMs: 20 }), [], ['one']),
      createChange(createAlert('al_recent', { ...neverFired, resolvedAtMs: 40 }), [], ['one']),
    ]);
    assert.equal(await store.purge({ resolvedMs: 10, neverFiredMs: 30 }), 2);
    assert.equal(await store.purge({ resolvedMs: 10, neverFiredMs: 30 }), 0);
    assert.equal(await store.findFile('al_old'), undefined);
    assert.equal(await store.findFile('al_never'), undefined);
    for (const id of ['al_firing', 'al_new', 'al_recent']) assert.ok(await store.findFile(id));
  });
}

describe('the store in memory', () => {
  definePromises(async () => createMemoryStore());
});

describe('the store', () => {
  forEachDatabase((open) => {
    definePromises(async () => createAlertStore(await open()));

    it('keeps history in order, and an entry only once', async () => {
      const database = await open();
      const store = createAlertStore(database);
      const alert = createAlert('al_1');
      await store.save([createChange(alert, [], ['one', 'two'])]);
      await store.save([createChange(alert, [], ['one', 'two', 'three'])]);
      const list = async () => selectHistory(database.query.withTables<Tables>(), 'al_1');
      const entries = ['one', 'two', 'three'].map((text, at) => createEntry('al_1', at, text));
      assert.deepEqual(await list(), entries);
      const file = { alert: { ...alert, historyCount: 1 }, pages: [] };
      await store.save([{ file, changedPages: [], entries: [], isExact: true }]);
      assert.deepEqual(await list(), entries.slice(0, 1));
    });

    it('writes all changes or none', async () => {
      const store = createAlertStore(await open());
      const orphan = createPage('pg_1', 'al_nobody');
      const good = createChange(createAlert('al_1'), [], ['one']);
      await assert.rejects(
        store.save([good, { file: good.file, changedPages: [orphan], entries: [] }]),
      );
      assert.equal(await store.findFile('al_1'), undefined);
    });
  });
});
