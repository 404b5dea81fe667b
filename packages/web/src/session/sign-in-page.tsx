import { useEffect, useState } from 'react';
import { t } from '../messages/translate.ts';
import { FirstStart } from './first-start.tsx';
import { LinkSignIn } from './link-sign-in.tsx';
import { parseLinkToken } from './next-path.ts';
import { PasswordForm } from './password-form.tsx';
import styles from './sign-in.module.css';
import { useSession } from './use-session.ts';
import { useSignIn } from './use-sign-in.ts';

/** The door: a link from the terminal or a colleague, or name and password. */
export function SignInPage() {
  const [token] = useState(takeLinkToken);
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
              <PasswordForm form={byPassword} />
            </details>
          </>
        )}
        {!showsWelcome && !isLinkRunning && <PasswordForm form={byPassword} />}
      </div>
    </main>
  );
}

/** Reads the token once and removes it from the address bar and the history. */
function takeLinkToken(): string | undefined {
  const token = parseLinkToken(window.location.hash);
  if (token !== undefined) {
    const { pathname, search } = window.location;
    window.history.replaceState(null, '', pathname + search);
  }
  return token;
}
