import type { ServiceSignals } from '@nines/contract';
import { toSentence } from '../format/sentence.ts';
import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { t } from '../messages/translate.ts';
import styles from './service.module.css';

/** The signals of which nothing is known, each with what would make it known. */
export function MissingSignals({ missing }: Pick<ServiceSignals, 'missing'>) {
  return (
    <div className={styles.missing}>
      {missing.map(({ kind, advice }) => (
        <EmptyLesson
          key={kind}
          title={t('service.missing.title', { kind: t(`service.missing.${kind}`) })}
          text={toSentence(advice)}
        />
      ))}
    </div>
  );
}
