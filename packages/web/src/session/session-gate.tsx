import type { ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { FailurePanel } from '../kit/failure-panel.tsx';
import { t } from '../messages/translate.ts';
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
  if (session !== undefined) {
    return isAdmitted(session) ? children : <Redirect to={signInPath(path, search)} replace />;
  }
  if (error === null) return null;
  return (
    <main className={styles.page}>
      <FailurePanel what={t('session.failed')} error={error} onRetry={() => void refetch()} />
    </main>
  );
}
