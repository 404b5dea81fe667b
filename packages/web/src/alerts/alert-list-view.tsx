import { Button } from '@mantine/core';
import type { AlertSummary } from '@nines/contract';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { Dialog } from '../kit/dialog.tsx';
import { useHeldList } from '../kit/use-held-list.ts';
import { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import type { ListFilter } from './alert-filter.ts';
import styles from './alert-list.module.css';
import { AlertRow } from './alert-row.tsx';
import { NoAlerts } from './no-alerts.tsx';
import { ResolveForm } from './resolve-form.tsx';
import { useAlertActions } from './use-alert-actions.ts';
import { useAlertKeys } from './use-alert-keys.ts';

export function AlertListView(props: {
  readonly alerts: readonly AlertSummary[];
  readonly filter: ListFilter;
  /** Undefined: this is all. */
  readonly more: (() => void) | undefined;
}) {
  const { items, hold } = useHeldList(props.alerts, keyOfAlert);
  const alerts = items.map(({ item }) => item);
  const cursor = useListCursor(alerts.map(keyOfAlert));
  const [resolvingId, setResolvingId] = useState<string>();
  const actions = useAlertActions();
  const [, navigate] = useLocation();
  useAlertKeys({
    alerts,
    cursor,
    acknowledge: actions.acknowledge,
    askResolve: setResolvingId,
    open: (id) => navigate(alertPath(id)),
  });
  if (alerts.length === 0) return <NoAlerts filter={props.filter} />;
  const resolving = alerts.find(({ id }) => id === resolvingId);
  const close = () => setResolvingId(undefined);
  return (
    <>
      <table className={styles.table} {...hold}>
        <thead>
          <tr>
            <th scope="col">{t('alerts.column.alert')}</th>
            <th scope="col">{t('alerts.column.state')}</th>
            <th scope="col">{t('alerts.column.since')}</th>
            <th scope="col">{t('alerts.column.who')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ item, isGone }) => (
            <AlertRow
              key={item.id}
              alert={item}
              isGone={isGone}
              itemProps={cursor.itemProps(item.id)}
            />
          ))}
        </tbody>
      </table>
      {props.more !== undefined && (
        <Button className={styles.more} onClick={props.more}>
          {t('list.more')}
        </Button>
      )}
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
