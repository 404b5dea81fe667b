import { Button } from '@mantine/core';
import type { AlertDetail } from '@nines/contract';
import { Link } from 'wouter';
import { useAlertActions } from '../alerts/use-alert-actions.ts';
import { alertPath } from '../chips/alert-path.ts';
import { formatDuration, formatLatency } from '../format/duration.ts';
import { Key } from '../kit/key.tsx';
import { ServerText } from '../kit/server-text.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { notificationState } from '../live/notification.ts';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import {
  findArrival,
  findLateReason,
  type Hop,
  LATE_AFTER_MS,
  listHops,
  type TestPageRun,
} from './test-page.ts';
import styles from './test-page-panel.module.css';
import { askForPage, useTestPage } from './use-test-page.ts';

/** Follows a page on request. Beside the content, not over it: the alarm itself must be seen. */
export function TestPagePanel() {
  const services = useServices();
  const { run, detail } = useTestPage();
  if (run === undefined) return null;
  const hops = listHops(run, detail);
  const isOver = run.acknowledgedMs !== undefined || run.refusal !== undefined;
  return (
    <section className={styles.panel} aria-label={t('pageMe.title')}>
      <div className={styles.head}>
        <h2>{t('pageMe.title')}</h2>
        <Button variant="subtle" onClick={() => services.testPage.set(undefined)}>
          {t('shell.close')}
        </Button>
      </div>
      {run.refusal !== undefined ? (
        <div role="alert" className={styles.late}>
          <b>{t('pageMe.failed')}</b>
          <p>{`${run.refusal.reason} ${run.refusal.remedy}`}</p>
        </div>
      ) : (
        <>
          <ol className={styles.hops}>
            {hops.map((hop) => (
              <HopLine key={hop.id} hop={hop} />
            ))}
          </ol>
          <Outcome run={run} detail={detail} hops={hops} />
        </>
      )}
      {isOver && <Button onClick={() => askForPage(services)}>{t('pageMe.again')}</Button>}
    </section>
  );
}

function HopLine({ hop: { id, afterMs } }: { readonly hop: Hop }) {
  return (
    <li data-done={afterMs === undefined ? undefined : ''}>
      {afterMs === undefined ? <i aria-hidden="true" /> : <UrgencyMark level="fine" />}
      <span>{t(`pageMe.hop.${id}`)}</span>
      <b>{afterMs === undefined ? '' : formatLatency(Math.round(afterMs))}</b>
    </li>
  );
}

function Outcome(props: {
  readonly run: TestPageRun;
  readonly detail: AlertDetail | undefined;
  readonly hops: readonly Hop[];
}) {
  const { run, detail, hops } = props;
  const { acknowledge } = useAlertActions();
  const afterMs = (id: Hop['id']) => hops.find((hop) => hop.id === id)?.afterMs;
  const shownMs = afterMs('shown');
  const totalMs = afterMs('acknowledged');
  const alertId = run.answer?.alertId;
  if (totalMs !== undefined && alertId !== undefined) {
    return (
      <output className={styles.outcome}>
        <p>
          <b>{t('pageMe.total', { duration: formatLatency(Math.round(totalMs)) })}</b>
        </p>
        <p>
          <Link href={alertPath(alertId)}>{t('pageMe.alert')}</Link>
        </p>
        <NotificationHint />
      </output>
    );
  }
  return (
    <div className={styles.outcome}>
      <output>
        {shownMs === undefined ? (
          <Waiting run={run} detail={detail} />
        ) : (
          <p>
            <b>{t('pageMe.shownIn', { duration: formatLatency(Math.round(shownMs)) })}</b>
          </p>
        )}
      </output>
      {alertId !== undefined && findArrival(run) !== undefined && (
        <Button
          className={styles.take}
          variant="filled"
          fullWidth
          rightSection={<Key>a</Key>}
          onClick={() => acknowledge({ id: alertId, name: detail?.alert.summary ?? alertId })}
        >
          {t('alert.acknowledge')}
        </Button>
      )}
    </div>
  );
}

function Waiting(props: { readonly run: TestPageRun; readonly detail: AlertDetail | undefined }) {
  const { run, detail } = props;
  const { connection, stopwatch } = useServices();
  const isStreamOpen = useStore(connection) === 'open';
  // The clock ticks; the time itself is the stopwatch's.
  const isLate = useClockValue(() => stopwatch() - run.askedMs > LATE_AFTER_MS);
  if (!isLate) return <p>{t('pageMe.waiting')}</p>;
  const reason = findLateReason(run, { isStreamOpen, pages: detail?.pages });
  const error = detail?.pages.findLast(({ lastError }) => lastError !== null)?.lastError ?? '?';
  return (
    <div className={styles.late}>
      <b>{t('pageMe.late', { duration: formatDuration(LATE_AFTER_MS) })}</b>
      <p>
        {reason === 'notDelivered' ? (
          <Rich
            id="pageMe.late.notDelivered"
            args={[{ error: <ServerText>{error}</ServerText> }]}
          />
        ) : (
          t(`pageMe.late.${reason}`)
        )}
      </p>
    </div>
  );
}

function NotificationHint() {
  const state = notificationState();
  if (state === 'granted' || state === 'unsupported') return null;
  return <p>{t('pageMe.notifications')}</p>;
}
