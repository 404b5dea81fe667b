import type { Role } from '@nines/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS, tokensQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** The API tokens, how to make one and how to end one; only an admin sees all of them. */
export function useTokens(canList: boolean) {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: [KEYS.tokens] });
  const query = useQuery({ ...tokensQuery(client), enabled: canList });
  const create = useMutation({
    mutationFn: (body: { readonly name: string; readonly role: Role }) =>
      client('createToken', { body }),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => client('deleteToken', { params: { id } }),
    onSuccess: refresh,
  });
  return { query, create, revoke };
}
