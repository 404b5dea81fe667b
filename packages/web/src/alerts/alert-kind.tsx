import type { AlertSummary } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { Moment } from '../kit/time.tsx';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import styles from './alert-kind.module.css';

/** What has just begun is a second old: nobody needs its milliseconds. */
const SECOND_MS = 1000;

/** How urgent an alert is and for how long: `● PAGE · for 9 min`. */
export function AlertKind({ alert }: { readonly alert: AlertSummary }) {
  const sinceAt = alert.firedAt ?? alert.activeAt;
  const age = useClockValue((now) =>
    formatDuration(Math.max(SECOND_MS, (alert.resolvedAt ?? now) - sinceAt)),
  );
  const length =
    alert.resolvedAt === null
      ? t('alert.for', { duration: age })
      : t('alert.lasted', { duration: age });
  const isForAll = alert.state === 'firing' && alert.silence === null && alert.probation === null;
  return (
    <p className={styles.kind}>
      <UrgencyText level={isForAll ? alert.output : 'log'}>
        <span className={styles.word}>{t(`output.${alert.output}`)}</span>
        {alert.state !== 'firing' && ` · ${t(`state.${alert.state}`)}`}
        {alert.probation !== null && ` · ${t('probation.on', { author: alert.probation })}`}
        {alert.silence !== null && ` · ${t('silence.on')}`}
        {' · '}
        <Moment at={sinceAt} text={length} />
        {alert.firedCount24h > 1 && ` · ${t('alert.again', { count: alert.firedCount24h })}`}
      </UrgencyText>
    </p>
  );
}
