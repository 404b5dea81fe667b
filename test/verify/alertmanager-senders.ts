/** Alertmanager and `nines alertmanager` tell every kind of receiver the same. */
import { compareSenders } from '../alertmanager/sender-differential.ts';
import { findPrograms } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

export const alertmanagerSenders: Verification = {
  name: 'alertmanager-senders',
  promise:
    'Alertmanager and Nines, given one configuration with every integration and the same alerts, send the same requests and mails',
  async run() {
    const [peer] = findPrograms('prometheus-alertmanager');
    if (peer === undefined) return missing('prometheus-alertmanager in NINES_PEERS or PATH');
    const { misses, ...figures } = await compareSenders(peer);
    return { isKept: misses.length === 0, figures, misses };
  },
};
