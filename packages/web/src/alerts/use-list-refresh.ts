import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type AlertFilter, alertsPageOf, alertsQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';
import { isActing } from './alert-cache.ts';
import { listStalePages, renewPage } from './list-pages.ts';

/** Keeps the loaded pages of a list up to date as alerts change; `filter` is the same object as long as it says the same. */
export function useListRefresh(filter: AlertFilter): void {
  const { alertChanges, client } = useServices();
  const queryClient = useQueryClient();
  useEffect(() => {
    const { queryKey } = alertsQuery(client, filter);
    const waiting = new Set<string>();
    let isRunning = false;
    let isStopped = false;

    const renew = async (index: number) => {
      const before = queryClient.getQueryData(queryKey);
      if (before === undefined || isStopped) return;
      const param = before.pageParams[index];
      const cursor = typeof param === 'string' ? param : undefined;
      const fresh = await client('listAlerts', { query: alertsPageOf(filter, cursor) });
      if (isActing(queryClient)) return;
      queryClient.setQueryData(queryKey, (data) => {
        const old = data?.pages[index];
        // The list may have been loaded anew meanwhile.
        if (data === undefined || old === undefined || data.pageParams[index] !== param) {
          return data;
        }
        const isLast = index === data.pages.length - 1;
        return { ...data, pages: data.pages.with(index, renewPage(old, fresh, isLast)) };
      });
    };
    const run = async () => {
      while (waiting.size > 0 && !isStopped) {
        const ids = [...waiting];
        waiting.clear();
        const pages = queryClient.getQueryData(queryKey)?.pages ?? [];
        for (const index of listStalePages(pages, ids)) await renew(index);
      }
    };
    const hear = () => {
      for (const id of alertChanges.get()) waiting.add(id);
      if (isRunning) return;
      isRunning = true;
      // What could not be read is read with the next change, or when the line is back.
      run()
        .catch(() => undefined)
        .finally(() => {
          isRunning = false;
        });
    };
    const stop = alertChanges.subscribe(hear);
    return () => {
      isStopped = true;
      stop();
    };
  }, [alertChanges, client, queryClient, filter]);
}
