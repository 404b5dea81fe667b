import type { ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { QueryView } from '../kit/query-view.tsx';
import { t } from '../messages/translate.ts';
import { signInPath } from './next-path.ts';
import { isAdmitted, useSession } from './use-session.ts';

/** Lets through who is signed in; everyone else signs in first and comes back here. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const [path] = useLocation();
  const search = useSearch();
  return (
    <QueryView query={session} what={t('session.failed')} skeleton={null}>
      {(view) => (isAdmitted(view) ? children : <Redirect to={signInPath(path, search)} replace />)}
    </QueryView>
  );
}
