/** Gives inputs to one target, one after the other, and counts what came of them. */
import { createSeededRandom } from '../../packages/server/src/platform/index.ts';
import type { FuzzTarget } from './target.ts';

export interface FuzzCounts {
  inputs: number;
  accepted: number;
  /** Refused inputs by the code or the name of the error. */
  readonly refused: Record<string, number>;
  /** The longest that one input took. */
  inputMsMax: number;
}

export interface FuzzMiss {
  /** Which input of the seed, from 0. */
  readonly index: number;
  readonly inputHex: string;
  readonly reason: string;
}

export interface SessionOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly endAtMs: number;
  /** Told of each input before it is read: what hangs or dies leaves it behind. */
  readonly onInput?: (index: number, input: Uint8Array) => void;
}

/** Reads until the inputs or the time are used up, or one input is a miss. */
export async function runSession(
  target: FuzzTarget,
  options: SessionOptions,
): Promise<{ readonly counts: FuzzCounts; readonly miss?: FuzzMiss }> {
  const random = createSeededRandom(options.seed);
  const counts: FuzzCounts = { inputs: 0, accepted: 0, refused: {}, inputMsMax: 0 };
  for (let index = 0; index < options.inputs; index++) {
    const beganMs = performance.now();
    if (beganMs >= options.endAtMs) break;
    const input = target.next(random);
    options.onInput?.(index, input);
    counts.inputs++;
    try {
      const result = target.read(input);
      if (result instanceof Promise) await result;
      counts.accepted++;
    } catch (error) {
      const refusal = target.refusalOf(error);
      if (refusal === undefined) {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { counts, miss: { index, inputHex: Buffer.from(input).toString('hex'), reason } };
      }
      counts.refused[refusal] = (counts.refused[refusal] ?? 0) + 1;
    }
    counts.inputMsMax = Math.max(counts.inputMsMax, performance.now() - beganMs);
  }
  return { counts };
}
