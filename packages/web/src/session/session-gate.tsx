import { type ReactNode, useEffect } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { FailurePanel } from '../kit/failure-panel.tsx';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { rememberAdmission } from './ask-ahead.ts';
import { signInPath } from './next-path.ts';
import styles from './sign-in.module.css';
import { isAdmitted, useSession } from './use-session.ts';

/**
 * Lets through who is signed in; everyone else signs in first and comes back here. Who is in stays
 * in while the server cannot be reached: the connection bar tells, and nothing is taken away.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data: session, error, refetch } = useSession();
  const [path] = useLocation();
  const search = useSearch();
  const { storage } = useServices();
  const isIn = session === undefined ? undefined : isAdmitted(session);
  useEffect(() => {
    if (isIn !== undefined) rememberAdmission(storage, isIn);
  }, [isIn, storage]);
  if (isIn !== undefined) {
    return isIn ? children : <Redirect to={signInPath(path, search)} replace />;
  }
  if (error === null) return null;
  return (
    <main className={styles.page}>
      <FailurePanel what={t('session.failed')} error={error} onRetry={() => void refetch()} />
    </main>
  );
}
