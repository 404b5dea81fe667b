import type { ServerEvent } from '@nines/contract';
import { hashKey, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isActing, showsAlerts } from '../alerts/alert-cache.ts';
import { boardQuery, KEYS } from '../api/queries.ts';
import { keepLastAnswer } from '../offline/last-answer.ts';
import { browserSchedule } from '../platform/browser.ts';
import { type Services, useServices } from '../services.ts';
import { settleAlarms } from './alarm.ts';
import { createBatch } from './batch.ts';
import { usePageReceiver } from './use-page-receiver.ts';
import { parseServerEvent } from './server-event.ts';
import { startSharedStream } from './shared-stream.ts';

/** What to ask again for when the server says that something changed. */
const STALE_AFTER: Readonly<Record<ServerEvent['type'], readonly string[]>> = {
  hello: [],
  'alert.changed': [
    KEYS.board,
    KEYS.alerts,
    KEYS.alert,
    KEYS.silences,
    KEYS.silence,
    KEYS.serviceAlerts,
    KEYS.slos,
    KEYS.slo,
    KEYS.why,
    KEYS.rules,
  ],
  'target.changed': [KEYS.board, KEYS.targets, KEYS.services],
  'silence.changed': [KEYS.silences, KEYS.silence],
  'notice.changed': [KEYS.board, KEYS.status],
  'config.changed': [
    KEYS.board,
    KEYS.settings,
    KEYS.targets,
    KEYS.status,
    KEYS.slos,
    KEYS.slo,
    KEYS.signals,
    KEYS.boardFiles,
    KEYS.services,
    KEYS.why,
    KEYS.rules,
    KEYS.ruleFiles,
  ],
  page: [KEYS.board],
};

const ALL_LIVE_KEYS = [...new Set(Object.values(STALE_AFTER).flat())];

/**
 * What the page shows first was read before it began to hear of changes, so what changed in
 * between is asked for once, when the first paint is over.
 */
const CATCH_UP_AFTER_MS = 1000;

/** Keeps the page live; mounted once, while someone is signed in. */
export function useLive(): void {
  const services = useServices();
  const queryClient = useQueryClient();
  const receivePage = usePageReceiver();
  useEffect(() => {
    const stale = createBatch({
      schedule: browserSchedule,
      flush: (keys) => invalidate(queryClient, keys),
    });
    const changed = createBatch({
      schedule: browserSchedule,
      // What is read while an action is on its way would take back what it shows already.
      flush: (ids) =>
        isActing(queryClient) ? changed.add(ids) : services.alertChanges.set([...ids]),
    });
    let cancelCatchUp = () => {};
    const stream = startSharedStream({
      onData: (data) => {
        const event = parseServerEvent(data);
        if (event === undefined) return;
        if (event.type === 'hello') greet(services, event);
        if (event.type === 'page') receivePage(event.page);
        if (event.type === 'alert.changed') changed.add([event.alertId]);
        stale.add(STALE_AFTER[event.type]);
      },
      onState: (state) => {
        const before = services.connection.get();
        services.connection.set(state);
        if (before === 'connecting' && state === 'open') {
          cancelCatchUp = browserSchedule(() => stale.add(ALL_LIVE_KEYS), CATCH_UP_AFTER_MS);
        }
        if (before !== 'reconnecting') return;
        // While the line was down anything may have changed; or the session has ended.
        if (state === 'open') void queryClient.invalidateQueries();
        else stale.add([KEYS.session]);
      },
    });
    const hurry = () => stream.hurry();
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    return () => {
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      stream.stop();
      cancelCatchUp();
      stale.stop();
      changed.stop();
    };
  }, [services, queryClient, receivePage]);
  useEffect(() => watchBoard(queryClient, services), [queryClient, services]);
}

/** The version that this page was first greeted by is the one that it was loaded from. */
function greet(
  { clock, newVersion, firstVersion }: Services,
  hello: { readonly now: number; readonly version: string },
): void {
  clock.adjust(hello.now);
  if (firstVersion.get() === undefined) firstVersion.set(hello.version);
  newVersion.set(hello.version === firstVersion.get() ? undefined : hello.version);
}

/**
 * What is asked while an action is on its way would take back what it shows already; the action
 * itself asks again when it is done.
 */
function invalidate(queryClient: QueryClient, keys: readonly string[]): void {
  const isHeld = isActing(queryClient);
  for (const key of keys.filter((one) => !isHeld || !showsAlerts(one)))
    void queryClient.invalidateQueries({ queryKey: [key] });
}

/** Each board answer sets the clock, is remembered for the offline page, and ends the alarms that someone has taken elsewhere. */
function watchBoard(queryClient: QueryClient, services: Services): () => void {
  const { alarms, client, clock, storage } = services;
  const { queryKey } = boardQuery(client, false);
  const boardHash = hashKey(queryKey);
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    if (event.query.queryHash !== boardHash) return;
    const board = queryClient.getQueryData(queryKey);
    if (board === undefined) return;
    if (event.action.manual !== true) {
      clock.adjust(board.now);
      keepLastAnswer(storage, board.now);
    }
    alarms.update((list) => settleAlarms(list, board));
  });
}
