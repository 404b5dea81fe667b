import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS, usersQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** The users, how to add one, and how to make the link with which one signs in. */
export function useUsers() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const query = useQuery(usersQuery(client));
  const create = useMutation({
    mutationFn: (body: { readonly name: string; readonly displayName?: string }) =>
      client('createUser', { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [KEYS.users] }),
  });
  const link = useMutation({
    mutationFn: (id: string) => client('createUserLink', { params: { id } }),
  });
  return { query, create, link };
}
