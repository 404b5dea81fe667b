import type { AlertDetail, AlertList, AlertSummary, Board } from '@nines/contract';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { ALERT_ACTION, KEYS } from '../api/queries.ts';
import type { Store } from '../platform/store.ts';
import { changeOnBoard } from './alert-change.ts';

const SHOWN_IN = [[KEYS.board], [KEYS.alerts], [KEYS.alert]] as const;

/** Whether answers under this key show alerts. */
export function showsAlerts(key: string): boolean {
  return SHOWN_IN.some(([shown]) => shown === key);
}

/**
 * Changes an alert wherever it is shown. Returns how to put everything back as it was; answers
 * that are under way are dropped, for they would overwrite the change with what was before it.
 */
export async function changeEverywhere(
  queryClient: QueryClient,
  id: string,
  change: (alert: AlertSummary) => AlertSummary,
): Promise<() => void> {
  await Promise.all(SHOWN_IN.map((queryKey) => queryClient.cancelQueries({ queryKey })));
  const before = SHOWN_IN.flatMap((queryKey) => queryClient.getQueriesData({ queryKey }));
  const changeOne = (alert: AlertSummary) => (alert.id === id ? change(alert) : alert);

  queryClient.setQueriesData<Board>({ queryKey: [KEYS.board] }, (board) =>
    board === undefined ? undefined : changeOnBoard(board, id, change),
  );
  queryClient.setQueriesData<InfiniteData<AlertList>>({ queryKey: [KEYS.alerts] }, (lists) =>
    lists === undefined
      ? undefined
      : {
          ...lists,
          pages: lists.pages.map((list) => ({ ...list, alerts: list.alerts.map(changeOne) })),
        },
  );
  queryClient.setQueriesData<AlertDetail>({ queryKey: [KEYS.alert] }, (detail) =>
    detail === undefined ? undefined : { ...detail, alert: changeOne(detail.alert) },
  );
  return () => {
    for (const [queryKey, data] of before) queryClient.setQueryData(queryKey, data);
  };
}

/** Whether more than this many actions on alerts are on their way. */
export function isActing(queryClient: QueryClient, besides = 0): boolean {
  return queryClient.isMutating({ mutationKey: [ALERT_ACTION] }) > besides;
}

/** Asks again for whatever shows alerts. */
export async function refreshAlerts(queryClient: QueryClient): Promise<void> {
  await Promise.all(SHOWN_IN.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** Asks again for what shows one alert; lists read only the page anew on which it stands. */
export async function refreshAlert(
  queryClient: QueryClient,
  alertChanges: Store<readonly string[]>,
  id: string,
): Promise<void> {
  alertChanges.set([id]);
  await Promise.all(
    [KEYS.board, KEYS.alert].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
  );
}
