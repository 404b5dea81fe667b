import { useEffect, useRef } from 'react';
import { describeFailure } from '../api/failure.ts';
import { t } from '../messages/translate.ts';
import styles from './sign-in.module.css';

interface LinkMutation {
  readonly mutate: (token: string) => void;
  readonly error: Error | null;
}

/** Redeems a one-time link as soon as it is on screen, exactly once. */
export function LinkSignIn(props: { readonly token: string; readonly link: LinkMutation }) {
  const { token, link } = props;
  const { mutate } = link;
  const sentToken = useRef<string>(undefined);
  useEffect(() => {
    if (sentToken.current === token) return;
    sentToken.current = token;
    mutate(token);
  }, [token, mutate]);
  if (link.error === null) return <h1>{t('signIn.link.running')}</h1>;
  return (
    <div role="alert">
      <h1>{t('signIn.link.failed')}</h1>
      <p>{describeFailure(link.error).reason}</p>
      <p className={styles.dim}>{t('signIn.link.remedy')}</p>
    </div>
  );
}
