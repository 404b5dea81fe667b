import type { DemoFault, DemoState } from '@nines/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { describeFailure } from '../api/failure.ts';
import { demoQuery, FIRST_WEEK_KEYS } from '../api/first-week-queries.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';

/** The demo's state; undefined where this server runs none, or cannot say. */
export function useDemo(): DemoState | undefined {
  const { client } = useServices();
  const { data } = useQuery(demoQuery(client));
  return data?.isDemo === true ? data : undefined;
}

/** The faults that are on, the newest first. */
export function listActive({ faults }: DemoState): readonly DemoFault[] {
  return faults
    .filter(({ since }) => since !== null)
    .toSorted((a, b) => (b.since ?? 0) - (a.since ?? 0));
}

/** Breaks and mends, and opens and closes the shop. */
export function useDemoSwitches() {
  const { client, toasts } = useServices();
  const queryClient = useQueryClient();
  const settle = {
    onSuccess: (state: DemoState) => queryClient.setQueryData([FIRST_WEEK_KEYS.demo], state),
    onError: (error: Error) => {
      const { reason, remedy } = describeFailure(error);
      toasts.show({ tone: 'failure', title: t('demo.failed'), text: `${reason} ${remedy}` });
    },
  };
  const fault = useMutation({
    mutationFn: ({ id, isOn }: { readonly id: string; readonly isOn: boolean }) =>
      client('setDemoFault', { params: { id }, body: { isOn } }),
    ...settle,
  });
  const load = useMutation({
    mutationFn: (isOn: boolean) => client('setDemoLoad', { body: { isOn } }),
    ...settle,
  });
  return {
    isPending: fault.isPending || load.isPending,
    setFault: (id: string, isOn: boolean) => fault.mutate({ id, isOn }),
    setLoad: (isOn: boolean) => load.mutate(isOn),
  };
}
