import assert from 'node:assert/strict';
import { it } from 'node:test';
import { forEachDatabase } from '../database/testing.ts';
import { createLog, createManualClock } from '../platform/index.ts';
import { PROOF_WRITE_EVERY_MS } from './limits.ts';
import { openProofs } from './proofs.ts';
import { createProofStore, type ProofStore } from './store.ts';

const NOW = 1_790_000_000_000;
const TEST = { atMs: NOW, isDelivered: false, reason: 'Not delivered: why.', durationMs: 12 };

forEachDatabase((open) => {
  const setUp = async () => {
    const clock = createManualClock(NOW);
    const store = createProofStore(await open());
    const lines: string[] = [];
    const log = createLog({ clock, level: 'info', write: (line) => void lines.push(line) });
    const openAgain = async (on: ProofStore = store) => openProofs({ store: on, clock, log });
    return { clock, store, lines, openAgain };
  };

  it('keeps what is known of a channel, and replaces it', async () => {
    const { store } = await setUp();
    const proof = { channel: 'email/a', deliveredAtMs: undefined, lastTest: TEST };
    await store.saveProof(proof);
    assert.deepEqual(await store.listProofs(), [proof]);
    const better = { ...proof, deliveredAtMs: NOW, lastTest: { ...TEST, isDelivered: true } };
    await store.saveProof(better);
    const other = { channel: 'browser', deliveredAtMs: NOW, lastTest: undefined };
    await store.saveProof(other);
    assert.deepEqual(await store.listProofs(), [other, better]);
  });

  it('knows after a restart when a channel last worked, and how its last test went', async () => {
    const { openAgain } = await setUp();
    const proofs = await openAgain();
    assert.equal(proofs.find('email/a'), undefined);
    proofs.noteDelivery('email/a');
    await proofs.noteTest('email/a', TEST);
    const again = await openAgain();
    assert.deepEqual(again.find('email/a'), {
      channel: 'email/a',
      deliveredAtMs: NOW,
      lastTest: TEST,
    });
  });

  it('writes a delivery down once a minute, and knows each of them', async () => {
    const { clock, store, openAgain } = await setUp();
    let writeCount = 0;
    const counting: ProofStore = {
      ...store,
      saveProof: async (proof) => {
        writeCount++;
        await store.saveProof(proof);
      },
    };
    const proofs = await openAgain(counting);
    for (let i = 0; i < 100; i++) {
      proofs.noteDelivery('browser');
      clock.advance(10);
    }
    assert.equal(writeCount, 1);
    assert.equal(proofs.find('browser')?.deliveredAtMs, NOW + 990);
    clock.advance(PROOF_WRITE_EVERY_MS);
    proofs.noteDelivery('browser');
    assert.equal(writeCount, 2);
  });

  it('delivers on while nothing can be written, says so, and writes with the next delivery', async () => {
    const { store, lines, openAgain } = await setUp();
    let isAway = true;
    const shaky: ProofStore = {
      ...store,
      saveProof: async (proof) =>
        isAway ? Promise.reject(new Error('away')) : store.saveProof(proof),
    };
    const proofs = await openAgain(shaky);
    await proofs.noteTest('browser', TEST);
    assert.match(lines.join(''), /cannot note that a channel works channel=browser error=away/);
    isAway = false;
    await proofs.noteTest('browser', TEST);
    assert.deepEqual((await store.listProofs()).length, 1);
  });
});
