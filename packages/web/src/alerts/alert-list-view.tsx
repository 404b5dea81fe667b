import type { AlertSummary } from '@nines/contract';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { Dialog } from '../kit/dialog.tsx';
import { useHeldList } from '../kit/use-held-list.ts';
import { useListCursor } from '../kit/use-list-cursor.ts';
import { useMedia } from '../kit/use-media.ts';
import { revealRow } from '../kit/use-virtual-rows.ts';
import { t } from '../messages/translate.ts';
import type { ListFilter } from './alert-filter.ts';
import styles from './alert-list.module.css';
import { AlertRows } from './alert-rows.tsx';
import { NoAlerts } from './no-alerts.tsx';
import { ResolveForm } from './resolve-form.tsx';
import { useAlertActions } from './use-alert-actions.ts';
import { useAlertKeys } from './use-alert-keys.ts';

/** As high as alert-list.module.css makes a row, on a desk and on a phone. */
const ROW_PX = 56;
const PHONE_ROW_PX = 104;

export function AlertListView(props: {
  readonly alerts: readonly AlertSummary[];
  readonly filter: ListFilter;
  /** Loads what comes next; undefined: this is all. */
  readonly more: (() => void) | undefined;
}) {
  const { items, hold } = useHeldList(props.alerts, keyOfAlert);
  const alerts = items.map(({ item }) => item);
  const body = useRef<HTMLTableSectionElement>(null);
  const isPhone = useMedia('(max-width: 700px)');
  const rowPx = isPhone ? PHONE_ROW_PX : ROW_PX;
  const cursor = useListCursor(alerts.map(keyOfAlert), (index) =>
    revealRow(body.current, index * rowPx),
  );
  const [resolvingId, setResolvingId] = useState<string>();
  const actions = useAlertActions();
  const [, navigate] = useLocation();
  useAlertKeys({
    alerts,
    cursor,
    may: actions.may,
    acknowledge: actions.acknowledge,
    askResolve: setResolvingId,
    open: (id) => navigate(alertPath(id)),
  });
  if (alerts.length === 0) return <NoAlerts filter={props.filter} />;
  const resolving = alerts.find(({ id }) => id === resolvingId);
  const close = () => setResolvingId(undefined);
  return (
    <>
      <table
        className={styles.table}
        aria-rowcount={props.more === undefined ? alerts.length + 1 : -1}
        {...hold}
      >
        <thead>
          <tr>
            <th scope="col">{t('alerts.column.alert')}</th>
            <th scope="col">{t('alerts.column.state')}</th>
            <th scope="col">{t('alerts.column.since')}</th>
            <th scope="col">{t('alerts.column.who')}</th>
          </tr>
        </thead>
        <AlertRows
          body={body}
          items={items}
          rowPx={rowPx}
          itemProps={cursor.itemProps}
          more={props.more}
        />
      </table>
      <p className={styles.end}>
        {props.more === undefined
          ? t('alerts.end', { count: alerts.length })
          : t('alerts.more', { count: alerts.length })}
      </p>
      {resolving !== undefined && (
        <Dialog label={t('alert.resolve')} onClose={close}>
          <ResolveForm
            name={resolving.summary}
            onCancel={close}
            onResolve={(note) => {
              close();
              actions.resolve(resolving, note);
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function keyOfAlert(alert: AlertSummary): string {
  return alert.id;
}
