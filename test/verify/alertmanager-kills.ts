/** Silences, alerts and the notification log of `nines alertmanager` outlive kills. */
import { runAlertmanagerKills } from '../alertmanager/kills.ts';
import type { Verification } from './verification.ts';

const ROUNDS = 20;
const SEED = 20_261_124;

export const alertmanagerKills: Verification = {
  name: 'alertmanager-kills',
  promise: `${ROUNDS} seeded kills (-9) of nines alertmanager lose no silence and no alert, and double at most one notification`,
  async run() {
    const report = await runAlertmanagerKills(ROUNDS, SEED);
    const { silencesLost, alertsLost, alertsNeverTold, recordsLost, doubled } = report;
    const misses = [
      ...(silencesLost > 0 ? [`${silencesLost} answered silences were gone`] : []),
      ...(alertsLost > 0 ? [`${alertsLost} answered alerts were gone`] : []),
      ...(alertsNeverTold > 0 ? [`${alertsNeverTold} alerts were never told of`] : []),
      ...(recordsLost > 0 ? [`${recordsLost} notifications were told again long after`] : []),
      ...(doubled > 1 ? [`${doubled} notifications came twice`] : []),
    ];
    return { isKept: misses.length === 0, figures: { seed: SEED, ...report }, misses };
  },
};
