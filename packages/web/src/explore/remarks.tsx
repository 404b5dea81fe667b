import { toSentence } from '../format/sentence.ts';
import { UrgencyText } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';
import styles from './explore.module.css';

/** The mark in front says it already. */
const PREFIX = /^PromQL (?:info|warning): /;

/** What the server remarked about a query that it answered. */
export function Remarks(props: {
  readonly answer: { readonly warnings: readonly string[]; readonly infos: readonly string[] };
}) {
  const { warnings, infos } = props.answer;
  if (warnings.length + infos.length === 0) return null;
  return (
    <ul className={styles.remarks}>
      {warnings.map((text) => (
        <li key={text}>
          <UrgencyText level="ticket">{t('explore.warning')}</UrgencyText>{' '}
          {toSentence(text.replace(PREFIX, ''))}
        </li>
      ))}
      {infos.map((text) => (
        <li key={text}>
          <UrgencyText level="log">{t('explore.info')}</UrgencyText>{' '}
          {toSentence(text.replace(PREFIX, ''))}
        </li>
      ))}
    </ul>
  );
}
