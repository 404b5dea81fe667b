import { useEffect } from 'react';
import { t } from '../messages/translate.ts';
import { FirstStart } from './first-start.tsx';
import { LinkSignIn } from './link-sign-in.tsx';
import { PasswordForm } from './password-form.tsx';
import styles from './sign-in.module.css';
import { useLinkToken } from './use-link-token.ts';
import { useSession } from './use-session.ts';
import { useSignIn } from './use-sign-in.ts';

/** The door: a link from the terminal or a colleague, or name and password. */
export function SignInPage() {
  const token = useLinkToken();
  const { byPassword, byLink } = useSignIn();
  const session = useSession();
  useEffect(() => {
    document.title = `${t('signIn.title')} · Nines`;
  }, []);
  const isLinkRunning = token !== undefined && byLink.error === null;
  const showsWelcome = session.data?.isFirstStart === true && token === undefined;
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <b className={styles.brand}>Nines</b>
        {token !== undefined && <LinkSignIn token={token} link={byLink} />}
        {showsWelcome && (
          <>
            <FirstStart />
            <details>
              <summary>{t('signIn.first.password')}</summary>
              <PasswordForm form={byPassword} isTitled={false} />
            </details>
          </>
        )}
        {!showsWelcome && !isLinkRunning && <PasswordForm form={byPassword} isTitled />}
      </div>
    </main>
  );
}
