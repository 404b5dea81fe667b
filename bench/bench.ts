/** What a benchmark is: it measures us, and a peer under the same load where one is named. */
import type { Contender } from './contender.ts';
import type { Measure } from './figure.ts';

export interface BenchContext {
  /** We, and after us the peer that was named. */
  readonly contenders: readonly Contender[];
  /** How long a load is watched. */
  readonly windowSeconds: number;
  /** Prints a figure as soon as it is known. */
  readonly report: (measure: Measure) => void;
}

export interface Bench {
  /** As `npm run bench -- NAME` takes it. */
  readonly name: string;
  readonly summary: string;
  /** When it is given up, for one that takes longer than the others. */
  readonly timeoutMs?: number;
  run(context: BenchContext): Promise<void>;
}
