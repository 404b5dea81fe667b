import type { NextStep } from '@nines/contract';
import { ServerText } from '../kit/server-text.tsx';
import { At } from '../kit/time.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { Rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import styles from './first-week.module.css';

/** One thing to do, which shows how on a press; once it is done, that it is, and what did it. */
export function StepCard(props: {
  readonly step: NextStep;
  readonly isShown: boolean;
  readonly onPress: () => void;
}) {
  const { step, isShown, onPress } = props;
  const { kind, doneAt, doneBy } = step;
  if (doneAt === null) {
    return (
      <li>
        <button
          type="button"
          aria-expanded={isShown}
          aria-controls={isShown ? 'first-week-how' : undefined}
          onClick={onPress}
        >
          <i aria-hidden="true" />
          {t(`firstWeek.${kind}`)}
        </button>
      </li>
    );
  }
  return (
    <li className={styles.done}>
      <UrgencyMark level="fine" />
      <div>
        <b>{t(`firstWeek.${kind}.done`)}</b>
        <p>
          <Rich
            id="firstWeek.doneBy"
            args={[{ what: <ServerText>{doneBy ?? ''}</ServerText>, time: <At at={doneAt} /> }]}
          />
        </p>
      </div>
    </li>
  );
}
