import type { AlertSummary } from '@nines/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ALERT_ACTION } from '../api/queries.ts';
import { describeFailure } from '../api/failure.ts';
import { dismissAlarm } from '../live/alarm.ts';
import { t } from '../messages/translate.ts';
import { useServices } from '../services.ts';
import { useMay } from '../session/use-may.ts';
import { useViewerName } from '../session/use-session.ts';
import { changeEverywhere, isActing, refreshAlert } from './alert-cache.ts';
import { type Actor, acknowledged, resolved } from './alert-change.ts';

/** What an action needs to know of its alert. */
export interface AlertRef {
  readonly id: string;
  /** To name it when the action fails. */
  readonly name: string;
}

export interface AlertActions {
  /** Whether whoever looks may do any of this. */
  readonly may: boolean;
  readonly acknowledge: (alert: AlertRef) => void;
  readonly resolve: (alert: AlertRef, note: string) => void;
  readonly setTags: (alert: AlertRef, tags: readonly string[]) => void;
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
  const setTags = useAlertMutation({
    send: ({ id, tags }) => client('setAlertTags', { params: { id }, body: { tags: [...tags] } }),
    change: (alert, { tags }) => ({ ...alert, tags: [...tags] }),
    failed: (name) => t('alert.tags.failed', { name }),
  });
  return {
    may: useMay('responder'),
    acknowledge: ({ id, name }) => acknowledge({ ...PLAIN, id, name }),
    resolve: ({ id, name }, note) => resolve({ ...PLAIN, id, name, note }),
    setTags: ({ id, name }, tags) => setTags({ ...PLAIN, id, name, tags }),
  };
}

interface Action extends AlertRef {
  readonly note: string;
  readonly tags: readonly string[];
}

const PLAIN = { note: '', tags: [] } as const;

interface AlertMutation {
  readonly send: (action: Action) => Promise<AlertSummary>;
  readonly change: (alert: AlertSummary, by: Actor & Action) => AlertSummary;
  readonly failed: (name: string) => string;
}

function useAlertMutation({ send, change, failed }: AlertMutation): (action: Action) => void {
  const { alarms, alertChanges, clock, toasts } = useServices();
  const queryClient = useQueryClient();
  const name = useViewerName();
  const { mutate } = useMutation({
    mutationKey: [ALERT_ACTION],
    mutationFn: send,
    onMutate: (action: Action) => {
      const by = { ...action, name, nowMs: clock.now() };
      return changeEverywhere(queryClient, action.id, (alert) => change(alert, by));
    },
    onSuccess: (alert, { id }) => {
      const isOver = alert.acknowledgedAt !== null || alert.state === 'resolved';
      if (isOver) alarms.update((list) => dismissAlarm(list, id));
    },
    onError: (error, action, putBack) => {
      putBack?.();
      const { reason, remedy } = describeFailure(error);
      const title = failed(action.name);
      toasts.show({ tone: 'failure', title, text: `${reason} ${remedy}` });
    },
    onSettled: (_data, _error, { id }) =>
      // The last one refreshes: an answer from before another action would take its effect back.
      isActing(queryClient, 1) ? undefined : refreshAlert(queryClient, alertChanges, id),
  });
  return mutate;
}
