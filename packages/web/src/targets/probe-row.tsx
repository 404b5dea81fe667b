import type { ProbeOutcome, ProbeView } from '@nines/contract';
import { useState } from 'react';
import { formatConfigDuration, formatLatency } from '../format/duration.ts';
import { toSentence } from '../format/sentence.ts';
import { UNKNOWN } from '../format/number.ts';
import { Ago } from '../kit/time.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { PhaseBar } from './phase-bar.tsx';
import { ProbeDetails } from './probe-details.tsx';
import probeStyles from './probes.module.css';
import styles from './targets.module.css';

/** One target of a probe: the verdict at a glance, the evidence when opened. */
export function ProbeRow({ probe }: { readonly probe: ProbeView }) {
  const [isOpen, setOpen] = useState(false);
  const { last } = probe;
  const state = stateOf(last);
  return (
    <li>
      <details className={styles.target} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className={styles.health}>
            <UrgencyText level={LEVELS[state]}>{t(`probes.state.${state}`)}</UrgencyText>
          </span>
          <span className={styles.instance}>{probe.target}</span>
          <span className={styles.number}>
            {last === null ? t('targets.never') : <Ago at={last.startedAt} />}
          </span>
          <span className={styles.number}>
            {last === null ? UNKNOWN : formatLatency(last.durationMs)}
          </span>
          <span className={probeStyles.bar}>
            {last !== null && <PhaseBar phases={last.phases} />}
          </span>
          <span className={styles.number}>
            {t('targets.every', { interval: formatConfigDuration(probe.intervalMs) })}
          </span>
        </summary>
        {isOpen && <ProbeDetails probe={probe} />}
      </details>
      {last !== null && last.reason !== null && (
        <p className={styles.error}>{toSentence(last.reason)}</p>
      )}
    </li>
  );
}

const LEVELS = { good: 'fine', failing: 'page', waiting: 'log' } as const;

function stateOf(last: ProbeOutcome | null): keyof typeof LEVELS {
  if (last === null) return 'waiting';
  return last.isSuccess ? 'good' : 'failing';
}
