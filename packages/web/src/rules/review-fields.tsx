import { t } from '../messages/translate.ts';
import { QUESTIONS } from './rule-draft.ts';
import styles from './rules.module.css';

/** The book's five questions for a new alert, to be answered by who writes it. */
export function ReviewFields(props: {
  readonly review: readonly boolean[];
  readonly onChange: (review: readonly boolean[]) => void;
}) {
  const { review, onChange } = props;
  return (
    <fieldset className={styles.review}>
      <legend>{t('rules.review')}</legend>
      {QUESTIONS.map((question, at) => (
        <label key={question}>
          <input
            type="checkbox"
            checked={review[at] === true}
            onChange={({ currentTarget: { checked } }) => onChange(review.with(at, checked))}
          />
          <span>{t(`rules.review.${question}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
