import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './sample-week.module.css';
import { useSampleWeek } from './use-sample-week.ts';

/** Brings the sample week and takes it away; nothing while the server cannot say. */
export function SampleWeek() {
  const { data, isPending, change } = useSampleWeek();
  if (data === undefined) return null;
  return (
    <div className={styles.row}>
      <p>
        {data.isPresent
          ? t('sampleWeek.present', { count: data.alertCount })
          : t('sampleWeek.text')}{' '}
        {data.isPresent && <Link href="/alerts?state=all">{t('sampleWeek.look')}</Link>}
      </p>
      <RoleButton needs="admin" disabled={isPending} onClick={() => change(!data.isPresent)}>
        {t(data.isPresent ? 'sampleWeek.remove' : 'sampleWeek.show')}
      </RoleButton>
    </div>
  );
}
