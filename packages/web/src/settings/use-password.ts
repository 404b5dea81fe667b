import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KEYS } from '../api/queries.ts';
import { useServices } from '../services.ts';

export function useSetPassword() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: { readonly current?: string; readonly next: string }) =>
      client('setOwnPassword', { body }),
    // From now on there is one: the reminder goes, and the form asks for it.
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [KEYS.session] }),
  });
}
