import { Button } from '@mantine/core';
import type { AlertSummary } from '@nines/contract';
import type { useListCursor } from '../kit/use-list-cursor.ts';
import { lazy, Suspense } from 'react';
import { Link } from 'wouter';
import { AlertStanding } from '../alerts/alert-standing.tsx';
import { AlertKind } from '../alerts/alert-kind.tsx';
import { alertPath } from '../chips/alert-path.ts';
import { PlaybookButton } from '../chips/playbook-button.tsx';
import { ServiceChip } from '../chips/service-chip.tsx';
import { Key } from '../kit/key.tsx';
import { t } from '../messages/translate.ts';
import { RoleButton } from '../session/role-button.tsx';
import styles from './cards.module.css';

/** Its field is no part of what is loaded to see the board. */
const ResolveForm = lazy(async () => {
  const { ResolveForm: form } = await import('../alerts/resolve-form.tsx');
  return { default: form };
});

/** Comes after the first paint, and brings what draws graphs' numbers along. */
const AlertSpark = lazy(async () => {
  const { AlertSpark: spark } = await import('./alert-spark.tsx');
  return { default: spark };
});

interface Props {
  readonly alert: AlertSummary;
  /** It came while the board was on screen. */
  readonly isNew: boolean;
  readonly isGone: boolean;
  readonly isCurrent: boolean;
  /** Whether it shows what its rule measures, which costs a query. */
  readonly hasGraph: boolean;
  readonly isResolving: boolean;
  readonly itemProps: ReturnType<ReturnType<typeof useListCursor>['itemProps']>;
  readonly onAcknowledge: () => void;
  readonly onAskResolve: () => void;
  readonly onCancelResolve: () => void;
  readonly onResolve: (note: string) => void;
}

/** One open alert: what, since when, who has it, and what one can do. */
export function AlertCard(props: Props) {
  const { alert } = props;
  return (
    <article
      {...props.itemProps}
      className={styles.card}
      data-level={alert.probation === null ? alert.output : 'log'}
      data-split=""
      data-new={props.isNew ? '' : undefined}
      data-gone={props.isGone ? '' : undefined}
      data-current={props.isCurrent ? '' : undefined}
      aria-label={alert.summary}
    >
      <div>
        <AlertKind alert={alert} />
        <h3>
          <Link href={alertPath(alert.id)}>{alert.summary}</Link>
        </h3>
        <p className={styles.text}>
          {alert.service !== null && (
            <>
              <ServiceChip name={alert.service} />
              {alert.description === null ? '' : ' · '}
            </>
          )}
          {alert.description}
        </p>
      </div>
      <div className={styles.side}>
        <AlertStanding alert={alert} />
        {props.hasGraph && (
          <div className={styles.graph}>
            <Suspense fallback={null}>
              <AlertSpark alert={alert} />
            </Suspense>
          </div>
        )}
      </div>
      {props.isResolving ? (
        <Suspense fallback={null}>
          <ResolveForm
            name={alert.summary}
            onResolve={props.onResolve}
            onCancel={props.onCancelResolve}
          />
        </Suspense>
      ) : (
        <CardActions {...props} />
      )}
    </article>
  );
}

function CardActions({ alert, isGone, onAcknowledge, onAskResolve }: Props) {
  if (isGone) return null;
  return (
    <div className={styles.acts}>
      {alert.acknowledgedAt === null && (
        <RoleButton
          needs="responder"
          variant="filled"
          rightSection={<Key>a</Key>}
          onClick={onAcknowledge}
        >
          {t('alert.acknowledge')}
        </RoleButton>
      )}
      <RoleButton needs="responder" rightSection={<Key>r</Key>} onClick={onAskResolve}>
        {t('alert.resolve')}
      </RoleButton>
      <Button component={Link} href={alertPath(alert.id)}>
        {t('alert.why')}
      </Button>
      <PlaybookButton playbook={alert.playbook} />
    </div>
  );
}
