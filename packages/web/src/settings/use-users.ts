import type { Role } from '@nines/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS, usersQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** The users: how to add one, what each may do, and the link with which one signs in. */
export function useUsers() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const query = useQuery(usersQuery(client));
  const create = useMutation({
    mutationFn: (body: { readonly name: string; readonly role: Role }) =>
      client('createUser', { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [KEYS.users] }),
  });
  const link = useMutation({
    mutationFn: (id: string) => client('createUserLink', { params: { id } }),
  });
  const setRole = useMutation({
    mutationFn: ({ id, role }: { readonly id: string; readonly role: Role }) =>
      client('setUserRole', { params: { id }, body: { role } }),
    // One's own may be what has changed.
    onSettled: () =>
      Promise.all(
        [KEYS.users, KEYS.session].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
      ),
  });
  return { query, create, link, setRole };
}
