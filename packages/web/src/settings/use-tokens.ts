import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS, tokensQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** The API tokens, how to make one and how to end one. */
export function useTokens() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: [KEYS.tokens] });
  const query = useQuery(tokensQuery(client));
  const create = useMutation({
    mutationFn: (name: string) => client('createToken', { body: { name } }),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => client('deleteToken', { params: { id } }),
    onSuccess: refresh,
  });
  return { query, create, revoke };
}
