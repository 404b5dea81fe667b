import type { SessionView } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';

export function useSession() {
  const { client } = useServices();
  return useQuery(sessionQuery(client));
}

/** Whether pages may be shown: someone is signed in, or nobody needs to be. */
export function isAdmitted(session: SessionView): boolean {
  return session.user !== null || !session.isAuthRequired;
}

/** What the viewer is called until the server says it itself. */
export function useViewerName(): string {
  const { data } = useSession();
  const user = data?.user ?? null;
  return user === null ? t('session.anyone') : user.displayName || user.name;
}
