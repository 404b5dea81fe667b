import { hashKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { describeFailure } from '../api/failure.ts';
import { sessionQuery } from '../api/queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';

export function useSignOut(): () => void {
  const { alarms, client, toasts } = useServices();
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () => client('deleteSession', {}),
    onSuccess: async () => {
      const { queryKey } = sessionQuery(client);
      await queryClient.refetchQueries({ queryKey });
      // Nothing of what was seen stays in memory for whoever sits down next.
      alarms.set([]);
      queryClient.removeQueries({ predicate: ({ queryHash }) => queryHash !== hashKey(queryKey) });
    },
    onError: (error) => {
      const title = t('session.signOut.failed');
      toasts.show({ tone: 'failure', title, text: describeFailure(error).reason });
    },
  });
  return () => mutate();
}
