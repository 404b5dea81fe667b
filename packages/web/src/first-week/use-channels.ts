import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { channelsQuery, FIRST_WEEK_KEYS } from '../api/first-week-queries.ts';
import { useServices } from '../services.ts';

/** The ways a page takes to a person, and how to try one. */
export function useChannels() {
  const { client } = useServices();
  const queryClient = useQueryClient();
  const query = useQuery(channelsQuery(client));
  const test = useMutation({
    mutationFn: (channel: string) => client('testChannel', { body: { channel } }),
    onSettled: () =>
      Promise.all(
        [FIRST_WEEK_KEYS.channels, FIRST_WEEK_KEYS.nextSteps].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  return { query, test };
}
