import type { WhyTimer } from '@nines/contract';
import { At, Countdown } from '../kit/time.tsx';
import { t } from '../messages/translate.ts';
import styles from './why.module.css';
import { describeTimer } from './why-words.ts';

/** What happens by itself, the next first. */
export function TimerList({ timers }: { readonly timers: readonly WhyTimer[] }) {
  if (timers.length === 0) return null;
  return (
    <div className={styles.timers}>
      <h3>{t('why.next')}</h3>
      <ul>
        {timers.map((timer) => (
          <li key={`${timer.kind} ${timer.step} ${timer.channels.join()}`}>
            <b>
              <Countdown to={timer.at} />
            </b>
            <span>{describeTimer(timer)}</span>
            <small>
              <At at={timer.at} />
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
