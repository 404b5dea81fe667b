import { Button } from '@mantine/core';
import type { BrowserPage } from '@nines/contract';
import { useLocation } from 'wouter';
import { useAlertActions } from '../alerts/use-alert-actions.ts';
import { alertPath } from '../chips/alert-path.ts';
import { toSentence } from '../format/sentence.ts';
import { useShortcuts } from '../keyboard/use-shortcuts.ts';
import { Key } from '../kit/key.tsx';
import { ServerText } from '../kit/server-text.tsx';
import { At } from '../kit/time.tsx';
import { dismissAlarm } from '../live/alarm.ts';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import styles from './alarm-banner.module.css';
import { useTabAlarm } from './use-tab-alarm.ts';

/** A page to whoever looks at this browser: over everything, until someone has it. */
export function AlarmBanner() {
  const { alarms } = useServices();
  const [alarm, ...others] = useStore(alarms);
  useTabAlarm(alarm?.title);
  if (alarm === undefined) return null;
  return <Alarm key={alarm.id} alarm={alarm} otherCount={others.length} />;
}

function Alarm(props: { readonly alarm: BrowserPage; readonly otherCount: number }) {
  const { alarm, otherCount } = props;
  const { alarms } = useServices();
  const [, navigate] = useLocation();
  const { may, acknowledge } = useAlertActions();
  const take = () => acknowledge({ id: alarm.alertId, name: alarm.title });
  const hide = () => alarms.update((list) => dismissAlarm(list, alarm.alertId));
  const open = () => navigate(alertPath(alarm.alertId));
  useShortcuts(may ? [{ keys: 'a', label: t('help.acknowledge'), run: take }] : []);
  return (
    <div role="alert" className={styles.alarm}>
      <div className={styles.text}>
        <b className={styles.kind}>{t('alarm.title')}</b>
        <b>{alarm.title}</b>
        <ServerText>{toSentence(alarm.body)}</ServerText>
        <span>
          <Rich id="alarm.since" args={[{ time: <At at={alarm.firedAt} /> }]} />
          {otherCount > 0 && ` · ${t('alarm.more', { count: otherCount })}`}
        </span>
      </div>
      <div className={styles.acts}>
        {may && (
          <Button className={styles.take} rightSection={<Key>a</Key>} onClick={take}>
            {t('alert.acknowledge')}
          </Button>
        )}
        <Button className={styles.quiet} onClick={open}>
          {t('alarm.open')}
        </Button>
        <Button className={styles.quiet} onClick={hide}>
          {t('alarm.later')}
        </Button>
      </div>
    </div>
  );
}
