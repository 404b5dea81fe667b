/** Alertmanager and `nines alertmanager` notify alike. */
import { compareAlertmanagers } from '../alertmanager/differential.ts';
import { findPrograms } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const CHANGES = 1_000;
const GROUPS = 40;
const SEED = 20_261_123;

export const alertmanager: Verification = {
  name: 'alertmanager',
  promise: `Alertmanager and Nines, given one configuration and ${CHANGES} scripted alerts, send the same notifications`,
  async run() {
    const [peer] = findPrograms('prometheus-alertmanager');
    if (peer === undefined) return missing('prometheus-alertmanager in NINES_PEERS or PATH');
    const { misses, ...figures } = await compareAlertmanagers({
      peer,
      changeCount: CHANGES,
      groupCount: GROUPS,
      seed: SEED,
    });
    return { isKept: misses.length === 0, figures: { seed: SEED, ...figures }, misses };
  },
};
