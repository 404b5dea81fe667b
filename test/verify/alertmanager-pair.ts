/** Two instances of `nines alertmanager` notify as one, whatever happens to one of them. */
import {
  type Day,
  simulateKills,
  simulateOutages,
  simulatePartitions,
  simulateRestarts,
} from '../../packages/server/src/alertmanager/cluster/scenario-testing.ts';
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import { runPairKills } from '../alertmanager/pair-kills.ts';
import type { Verification } from './verification.ts';

const ROUNDS = 50;
const SEED = 20_261_125;
/** Simulated days of each kind. */
const DAYS = 50;
/** Of a day: turns of two instances that come in the same half of a second by chance. */
const COLLISIONS_MAX = 1;

/** Of days of one kind: how many there were, and what was not as promised. */
interface Days {
  readonly notifications: number;
  readonly doubled: number;
  readonly exposed: number;
  readonly faults: readonly string[];
}

export const alertmanagerPair: Verification = {
  name: 'alertmanager-pair',
  promise: `of two instances, one is killed (-9) at a random moment in each of ${ROUNDS} seeded rounds: no notification and no silence is lost, and at most one notification is doubled; ${4 * DAYS} simulated days of restarts, outages, kills and partitions lose nothing, agree, and double one or two a day at most that no kill or partition explains`,
  async run() {
    const days = {
      restarts: simulate(simulateRestarts, ({ doubled }) => doubled <= COLLISIONS_MAX),
      // Both may be at it when a receiver comes back.
      outages: simulate(simulateOutages, ({ doubled }) => doubled <= 2),
      kills: simulate(simulateKills, ({ doubled, exposed }) => doubled <= exposed + COLLISIONS_MAX),
      partitions: simulate(simulatePartitions, ({ doubledInTheEnd }) => doubledInTheEnd === 0),
    };
    const report = await runPairKills(ROUNDS, SEED);
    const { lost, doubled, doubledByNewKey, silencesLost } = report;
    const misses = [
      ...Object.entries(days).flatMap(([kind, { faults }]) =>
        faults.map((fault) => `simulated ${kind}: ${fault}`),
      ),
      ...(lost > 0 ? [`${lost} notifications were lost`] : []),
      ...(silencesLost > 0 ? [`${silencesLost} answered silences were missing`] : []),
      ...(doubled > 1 ? [`${doubled} notifications came twice`] : []),
      ...(doubledByNewKey > 0 ? [`${doubledByNewKey} of them with another key`] : []),
    ];
    return { isKept: misses.length === 0, figures: { seed: SEED, ...report, days }, misses };
  },
};

function simulate(kind: (random: Random) => Day, isKept: (day: Day) => boolean): Days {
  const all = Array.from({ length: DAYS }, (_, at) => kind(createSeededRandom(SEED + at)));
  const sum = (field: 'notifications' | 'doubled' | 'exposed'): number =>
    all.reduce((total, day) => total + day[field], 0);
  return {
    notifications: sum('notifications'),
    doubled: sum('doubled'),
    exposed: sum('exposed'),
    faults: all.flatMap((day, at) =>
      day.notTold === 0 && day.agrees && isKept(day)
        ? []
        : [`seed ${SEED + at}: ${JSON.stringify(day)}`],
    ),
  };
}
