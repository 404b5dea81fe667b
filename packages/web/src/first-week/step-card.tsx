import type { NextStep } from '@nines/contract';
import type { ReactNode } from 'react';
import { ServerText } from '../kit/server-text.tsx';
import { At } from '../kit/time.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './first-week.module.css';

/** One thing to do: how, as long as it is not done; what did it, from then on. */
export function StepCard(props: { readonly step: NextStep; readonly children: ReactNode }) {
  const { step, children } = props;
  const { kind, doneAt, doneBy } = step;
  if (doneAt === null) {
    return (
      <article className={styles.card}>
        <h3>
          <i aria-hidden="true" />
          {t(`firstWeek.${kind}`)}
        </h3>
        {children}
      </article>
    );
  }
  return (
    <article className={styles.card} data-done="">
      <h3>
        <UrgencyMark level="fine" />
        {t(`firstWeek.${kind}.done`)}
      </h3>
      <p>
        <Rich
          id="firstWeek.doneBy"
          args={[{ what: <ServerText>{doneBy ?? ''}</ServerText>, time: <At at={doneAt} /> }]}
        />
      </p>
    </article>
  );
}
