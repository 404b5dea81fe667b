import type { SloSummary } from '@nines/contract';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import { useClockValue } from '../platform/use-clock.ts';
import styles from './chips.module.css';
import { urgencyOf } from './objective-words.ts';

/** How an objective stands: a word, with the shape and colour of its urgency. */
export function ObjectiveState({ slo }: { readonly slo: SloSummary }) {
  const level = useClockValue((now) => urgencyOf(slo, now));
  // That something is as it should be is no news.
  if (level === 'fine') return <span className={styles.fine}>{t('objective.state.fine')}</span>;
  return <UrgencyText level={level}>{t(`objective.state.${slo.state}`)}</UrgencyText>;
}
