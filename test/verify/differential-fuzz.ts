/** Nines and Prometheus answer random expressions the same, but for what is known. */
import { DIFFERENCE_CLASSES } from '../differential/fuzz-classes.ts';
import { runFuzz } from '../differential/fuzz.ts';
import { findPrometheus } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const SEED = 20_261_123;
const EXPRESSIONS = 10_000;
const CLASSES_MAX = 10;

export const differentialFuzz: Verification = {
  name: 'differential-fuzz',
  promise:
    '10,000 random expressions over samples written to both: what differs falls into at most 10 classes',
  async run() {
    const program = findPrometheus().find(({ version }) => version.startsWith('3.'));
    if (program === undefined) return missing('Prometheus 3 (NINES_PEERS, PATH)');
    const report = await runFuzz({ seed: SEED, program, expressions: EXPRESSIONS });
    const { differences, ...figures } = report;
    const classCount = Object.keys(DIFFERENCE_CLASSES).length;
    const misses = [
      ...differences,
      ...(classCount <= CLASSES_MAX ? [] : [`${classCount} classes of differences`]),
    ];
    return { isKept: misses.length === 0, figures, misses };
  },
};
