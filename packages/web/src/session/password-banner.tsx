import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { t } from '../messages/translate.ts';
import styles from './password-banner.module.css';
import { useSession } from './use-session.ts';

/** A quiet reminder for who came by a link: without a password the next visit needs another. */
export function PasswordBanner() {
  const { data } = useSession();
  const [isHidden, setHidden] = useState(false);
  const needsPassword = data?.isAuthRequired === true && data.user?.hasPassword === false;
  if (!needsPassword || isHidden) return null;
  return (
    <div className={styles.banner}>
      <span>{t('session.setPassword')}</span>
      <Button component={Link} href="/settings#password">
        {t('session.setPassword.link')}
      </Button>
      <Button variant="subtle" onClick={() => setHidden(true)}>
        {t('session.setPassword.later')}
      </Button>
    </div>
  );
}
