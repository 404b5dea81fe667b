import type { SessionView } from '@nines/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';
import { sessionQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';
import { parseNextPath } from './next-path.ts';

/** Both ways in: name and password, or a one-time link. */
export function useSignIn() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const search = useSearch();
  const enter = (session: SessionView) => {
    // Whatever was refused before is asked again by whoever shows it.
    queryClient.removeQueries({ predicate: ({ state }) => state.status === 'error' });
    queryClient.setQueryData(sessionQuery(client).queryKey, session);
    navigate(parseNextPath(search), { replace: true });
  };
  const byPassword = useMutation({
    mutationFn: (body: { readonly name: string; readonly password: string }) =>
      client('createSession', { body }),
    onSuccess: enter,
  });
  const byLink = useMutation({
    mutationFn: (token: string) => client('redeemLink', { body: { token } }),
    onSuccess: enter,
  });
  return { byPassword, byLink };
}
