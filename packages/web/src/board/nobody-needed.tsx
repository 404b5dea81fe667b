import { EmptyLesson } from '../kit/empty-lesson.tsx';
import { UrgencyMark } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './cards.module.css';

const RULE = `groups:
  - name: up
    rules:
      - alert: TargetDown
        expr: up == 0
        for: 1m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.instance }} does not answer' }`;

/** Nothing open: good news, or nobody has said yet what would be bad news. */
export function NobodyNeeded(props: { readonly pendingCount: number; readonly ruleCount: number }) {
  if (props.ruleCount === 0) {
    return (
      <EmptyLesson
        title={t('board.needs.noRules.title')}
        text={t('board.needs.noRules.text')}
        code={{ text: RULE, label: t('board.needs.noRules.label') }}
      />
    );
  }
  return (
    <>
      <p className={styles.calm}>
        <UrgencyMark level="fine" /> {t('board.needs.none')}
      </p>
      {props.pendingCount > 0 && (
        <p className={styles.calm}>{t('board.needs.pending', { count: props.pendingCount })}</p>
      )}
    </>
  );
}
