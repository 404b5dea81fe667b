import { t } from '../messages/translate.ts';
import styles from './sign-in.module.css';

/** What a newcomer sees who opened the address instead of the link. */
export function FirstStart() {
  return (
    <>
      <h1>{t('signIn.first.title')}</h1>
      <p>{t('signIn.first.text')}</p>
      <pre className={styles.sample}>{`${window.location.origin}/sign-in#token=…`}</pre>
      <p className={styles.dim}>{t('signIn.first.lost')}</p>
    </>
  );
}
