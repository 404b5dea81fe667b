import { Button } from '@mantine/core';
import { t } from '../messages/translate.ts';
import { useStore } from '../platform/use-store.ts';
import { useServices } from '../services.ts';
import styles from './connection-bar.module.css';

/** Says when the page is not live. A page that only looks alive is worse than none. */
export function ConnectionBar() {
  const { connection, newVersion } = useServices();
  const state = useStore(connection);
  const version = useStore(newVersion);
  return (
    <output>
      {state === 'reconnecting' && <span className={styles.bar}>{t('shell.reconnecting')}</span>}
      {version !== undefined && (
        <span className={styles.bar}>
          {t('shell.newVersion', { version })}{' '}
          <Button onClick={() => window.location.reload()}>{t('shell.reload')}</Button>
        </span>
      )}
    </output>
  );
}
