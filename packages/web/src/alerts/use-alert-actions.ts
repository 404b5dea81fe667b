import type { AlertSummary } from '@nines/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ALERT_ACTION } from '../api/queries.ts';
import { describeFailure } from '../api/failure.ts';
import { dismissAlarm } from '../live/alarm.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { useViewerName } from '../session/use-session.ts';
import { changeEverywhere, isActing, refreshAlerts } from './alert-cache.ts';
import { type Actor, acknowledged, resolved } from './alert-change.ts';

/** What an action needs to know of its alert. */
export interface AlertRef {
  readonly id: string;
  /** To name it when the action fails. */
  readonly name: string;
}

export interface AlertActions {
  readonly acknowledge: (alert: AlertRef) => void;
  readonly resolve: (alert: AlertRef, note: string) => void;
}

/** Actions on alerts: shown at once, taken back with a reason when the server refuses. */
export function useAlertActions(): AlertActions {
  const { client } = useServices();
  const acknowledge = useAlertMutation({
    send: ({ id }) => client('acknowledgeAlert', { params: { id } }),
    change: acknowledged,
    failed: (name) => t('alert.acknowledge.failed', { name }),
  });
  const resolve = useAlertMutation({
    send: ({ id, note }) =>
      client('resolveAlert', { params: { id }, body: note === '' ? {} : { note } }),
    change: resolved,
    failed: (name) => t('alert.resolve.failed', { name }),
  });
  return {
    acknowledge: (alert) => acknowledge({ ...alert, note: '' }),
    resolve: (alert, note) => resolve({ ...alert, note }),
  };
}

interface Action extends AlertRef {
  readonly note: string;
}

interface AlertMutation {
  readonly send: (action: Action) => Promise<AlertSummary>;
  readonly change: (alert: AlertSummary, actor: Actor) => AlertSummary;
  readonly failed: (name: string) => string;
}

function useAlertMutation({ send, change, failed }: AlertMutation): (action: Action) => void {
  const { alarms, clock, toasts } = useServices();
  const queryClient = useQueryClient();
  const name = useViewerName();
  const { mutate } = useMutation({
    mutationKey: [ALERT_ACTION],
    mutationFn: send,
    onMutate: ({ id }: Action) => {
      const actor = { name, nowMs: clock.now() };
      return changeEverywhere(queryClient, id, (alert) => change(alert, actor));
    },
    onSuccess: (_, { id }) => alarms.update((list) => dismissAlarm(list, id)),
    onError: (error, action, putBack) => {
      putBack?.();
      const { reason, remedy } = describeFailure(error);
      const title = failed(action.name);
      toasts.show({ tone: 'failure', title, text: `${reason} ${remedy}` });
    },
    onSettled: () =>
      // The last one refreshes: an answer from before another action would take its effect back.
      isActing(queryClient, 1) ? undefined : refreshAlerts(queryClient),
  });
  return mutate;
}
