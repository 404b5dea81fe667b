import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KEYS, queriesQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** Queries that run, those that were slow, and how to stop one. */
export function useQueryList() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const query = useQuery(queriesQuery(client));
  const stop = useMutation({
    mutationFn: (id: string) => client('stopQuery', { params: { id } }),
    // Also where it was over already: then it is no longer in the list.
    onSettled: () => queryClient.invalidateQueries({ queryKey: [KEYS.queries] }),
  });
  return { list: query.data, stop };
}
