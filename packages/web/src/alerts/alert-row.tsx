import type { AlertSummary } from '@nines/contract';
import { memo } from 'react';
import { Link } from 'wouter';
import { alertPath } from '../chips/alert-path.ts';
import { PersonChip } from '../chips/person-chip.tsx';
import { ServiceChip } from '../chips/service-chip.tsx';
import { At } from '../kit/time.tsx';
import type { useListCursor } from '../kit/use-list-cursor.ts';
import { t } from '../messages/translate.ts';
import { AlertKind } from './alert-kind.tsx';
import styles from './alert-list.module.css';
import { OriginMark } from './alert-origin.tsx';
import { TagChips } from './tag-chips.tsx';

interface Props {
  readonly alert: AlertSummary;
  readonly isGone: boolean;
  readonly rowIndex: number;
  readonly itemProps: ReturnType<ReturnType<typeof useListCursor>['itemProps']>;
}

/**
 * One alert in the list. Drawn again only when it has changed: while one scrolls, the rows that
 * stay in sight cost nothing. The cursor's props are the same for the same alert.
 */
export const AlertRow = memo(
  Row,
  (before, after) =>
    before.alert === after.alert &&
    before.isGone === after.isGone &&
    before.rowIndex === after.rowIndex,
);

function Row({ alert, isGone, rowIndex, itemProps }: Props) {
  return (
    <tr {...itemProps} aria-rowindex={rowIndex} data-gone={isGone ? '' : undefined}>
      <th scope="row" className={styles.what}>
        <span className={styles.line}>
          <Link href={alertPath(alert.id)}>{alert.summary}</Link>
        </span>
        <small className={styles.line}>
          <OriginMark origin={alert.origin} />
          {alert.name}
          {alert.service !== null && (
            <>
              {' · '}
              <ServiceChip name={alert.service} />
            </>
          )}
          <TagChips tags={alert.tags} />
        </small>
      </th>
      <td className={styles.kind}>
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
