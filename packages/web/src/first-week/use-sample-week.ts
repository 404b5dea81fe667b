import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FIRST_WEEK_KEYS, sampleWeekQuery } from '../api/first-week-queries.ts';
import { refreshAlerts } from '../alerts/alert-cache.ts';
import { describeFailure } from '../api/failure.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';

/** The week that never happened: whether it is there, and how to bring it and take it away. */
export function useSampleWeek() {
  const { client, toasts } = useServices();
  const queryClient = useQueryClient();
  const { data } = useQuery(sampleWeekQuery(client));
  const { mutate, isPending } = useMutation({
    mutationFn: (isWanted: boolean) =>
      client(isWanted ? 'createSampleWeek' : 'deleteSampleWeek', {}),
    onSuccess: (state) => queryClient.setQueryData([FIRST_WEEK_KEYS.sampleWeek], state),
    onError: (error) => {
      const { reason, remedy } = describeFailure(error);
      toasts.show({
        tone: 'failure',
        title: t('sampleWeek.failed'),
        text: `${reason} ${remedy}`,
      });
    },
    onSettled: () => refreshAlerts(queryClient),
  });
  return { data, isPending, change: mutate };
}
