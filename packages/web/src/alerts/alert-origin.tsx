import type { AlertSummary } from '@nines/contract';
import { t } from '../messages/translate.ts';
import styles from './alert-origin.module.css';

type Origin = AlertSummary['origin'];

/** Where an alert comes from, in a word; nothing for our own rules, which is what one expects. */
export function OriginMark({ origin }: { readonly origin: Origin }) {
  if (origin === 'rule') return null;
  return (
    <span className={styles.mark} data-origin={origin}>
      {t(`origin.${origin}`)}
    </span>
  );
}

/** The same in a sentence, on the alert's own page. */
export function OriginText({ origin }: { readonly origin: Origin }) {
  if (origin === 'rule') return null;
  return (
    <p className={styles.text}>
      <OriginMark origin={origin} />
      {t(`origin.${origin}.text`)}
    </p>
  );
}
