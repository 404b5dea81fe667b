/** Nines and Prometheus answer the same over the same samples. */
import { runDifferential } from '../differential/differential.ts';
import { record } from '../differential/recording.ts';
import { findPrometheus } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const SEED = 20_260_301;
const INSTANTS = 50;
const FETCHES = 24;
const BODIES = 90;
const RANGE_STEPS = 200;

export const differential: Verification = {
  name: 'differential',
  promise:
    '60 and more expressions at 50 instants and as ranges agree with every Prometheus here to 1e-9',
  async run() {
    const programs = findPrometheus();
    if (programs.length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const recording = await record({
      seed: SEED,
      fetches: FETCHES,
      bodies: BODIES,
      endMs: Date.now() - 60_000,
    });
    if (recording === undefined) return missing('prometheus-node-exporter');
    const reports = [];
    for (const program of programs) {
      reports.push(
        await runDifferential({
          seed: SEED,
          program,
          recording,
          instants: INSTANTS,
          rangeSteps: RANGE_STEPS,
        }),
      );
    }
    const misses = reports.flatMap(({ peerVersion, differences }) =>
      differences.map((difference) => `${peerVersion}: ${difference}`),
    );
    const figures = reports.map(({ differences, ...rest }) => ({
      ...rest,
      differenceCount: differences.length,
    }));
    const sampleLines = recording.bodies[0].split('\n').filter((line) => /^[a-z]/.test(line));
    return {
      isKept: misses.length === 0,
      figures: { bodies: BODIES, samplesPerBody: sampleLines.length, peers: figures },
      misses,
    };
  },
};
