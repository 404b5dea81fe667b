/**
 * What proves that a channel works: the last delivery, of a page or of a test.
 *
 * Held in memory and written down behind: a page must not wait for the note that it arrived, and
 * in a storm one note a minute says as much as a hundred. What is lost with a crash is at most that
 * minute, and a proof that is a minute too old is still one.
 */
import { type Clock, errorMessage, type Log } from '../platform/index.ts';
import { PROOF_WRITE_EVERY_MS } from './limits.ts';
import type { ChannelProof, ChannelTest } from './model.ts';
import type { ProofStore } from './store.ts';

export interface Proofs {
  find(channel: string): ChannelProof | undefined;
  /** A page or a test has just been delivered. */
  noteDelivery(channel: string): void;
  /** What became of a test; written down before it is answered. */
  noteTest(channel: string, test: ChannelTest): Promise<void>;
}

/** Reads what is known, and builds on it. */
export async function openProofs(options: {
  readonly store: ProofStore;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Proofs> {
  const { store, clock, log } = options;
  const proofs = new Map<string, ChannelProof>();
  for (const proof of await store.listProofs()) proofs.set(proof.channel, proof);
  const savedAtMs = new Map<string, number>();

  const change = (channel: string, more: Partial<ChannelProof>): ChannelProof => {
    const before = proofs.get(channel) ?? {
      channel,
      deliveredAtMs: undefined,
      lastTest: undefined,
    };
    const proof = { ...before, ...more };
    proofs.set(channel, proof);
    return proof;
  };
  const save = async (proof: ChannelProof): Promise<void> => {
    savedAtMs.set(proof.channel, clock.monotonicMs());
    try {
      await store.saveProof(proof);
    } catch (error) {
      // It is known in memory, and the next delivery writes it again.
      savedAtMs.delete(proof.channel);
      log.warn('cannot note that a channel works', {
        channel: proof.channel,
        error: errorMessage(error),
      });
    }
  };
  return {
    find: (channel) => proofs.get(channel),
    noteDelivery(channel) {
      const proof = change(channel, { deliveredAtMs: clock.now() });
      const sinceMs = clock.monotonicMs() - (savedAtMs.get(channel) ?? Number.NEGATIVE_INFINITY);
      if (sinceMs >= PROOF_WRITE_EVERY_MS) void save(proof);
    },
    async noteTest(channel, lastTest) {
      await save(change(channel, { lastTest }));
    },
  };
}
