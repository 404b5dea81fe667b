import type { AlertSummary } from '@nines/contract';
import { Link } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { PersonChip } from '../chips/person-chip.tsx';
import { ServiceChip } from '../chips/service-chip.tsx';
import { At } from '../kit/time.tsx';
import type { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import { AlertKind } from './alert-kind.tsx';
import styles from './alert-list.module.css';

export function AlertRow(props: {
  readonly alert: AlertSummary;
  readonly isGone: boolean;
  readonly itemProps: ReturnType<ReturnType<typeof useListCursor>['itemProps']>;
}) {
  const { alert } = props;
  return (
    <tr {...props.itemProps} data-gone={props.isGone ? '' : undefined}>
      <th scope="row" className={styles.what}>
        <Link href={alertPath(alert.id)}>{alert.summary}</Link>
        <small>
          {alert.name}
          {alert.service !== null && (
            <>
              {' · '}
              <ServiceChip name={alert.service} />
            </>
          )}
        </small>
      </th>
      <td>
        <AlertKind alert={alert} />
      </td>
      <td className={styles.since}>
        <At at={alert.firedAt ?? alert.activeAt} />
      </td>
      <td>
        <Who alert={alert} />
      </td>
    </tr>
  );
}

function Who({ alert }: { readonly alert: AlertSummary }) {
  const person = alert.acknowledgedBy ?? alert.resolvedBy;
  if (person !== null) return <PersonChip name={person} />;
  return (
    <span className={styles.nobody}>
      {t(alert.state === 'firing' ? 'alert.nobody' : 'alerts.noPerson')}
    </span>
  );
}
