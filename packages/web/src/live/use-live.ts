import { EVENTS_PATH, type ServerEvent } from '@nines/contract';
import { hashKey, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { boardQuery, KEYS } from '../api/queries.ts';
import { browserRandom } from '../platform/browser.ts';
import { type Services, useServices } from '../services.ts';
import { settleAlarms } from './alarm.ts';
import { startEventStream } from './event-stream.ts';
import { usePageReceiver } from './use-page-receiver.ts';
import { EVENT_NAMES, parseServerEvent } from './server-event.ts';

/** What to ask again for when the server says that something changed. */
const STALE_AFTER: Readonly<Record<ServerEvent['type'], readonly string[]>> = {
  hello: [],
  'alert.changed': [KEYS.board, KEYS.alerts, KEYS.alert],
  'target.changed': [KEYS.board, KEYS.targets],
  'notice.changed': [KEYS.board, KEYS.status],
  'config.changed': [KEYS.board, KEYS.settings, KEYS.targets, KEYS.status],
  page: [KEYS.board, KEYS.alerts],
};

/** Keeps the page live; mounted once, while someone is signed in. */
export function useLive(): void {
  const services = useServices();
  const queryClient = useQueryClient();
  const receivePage = usePageReceiver();
  useEffect(() => {
    const stream = startEventStream({
      open: () => new EventSource(EVENTS_PATH),
      schedule: (run, delayMs) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      random: browserRandom,
      eventNames: EVENT_NAMES,
      onData: (data) => {
        const event = parseServerEvent(data);
        if (event === undefined) return;
        if (event.type === 'hello') services.clock.adjust(event.now);
        if (event.type === 'page') receivePage(event.page);
        invalidate(queryClient, STALE_AFTER[event.type]);
      },
      onState: (state) => {
        const before = services.connection.get();
        services.connection.set(state);
        if (before !== 'reconnecting') return;
        // While the line was down anything may have changed; or the session has ended.
        if (state === 'open') void queryClient.invalidateQueries();
        else invalidate(queryClient, [KEYS.session]);
      },
    });
    const hurry = () => stream.hurry();
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    return () => {
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      stream.stop();
    };
  }, [services, queryClient, receivePage]);
  useEffect(() => watchBoard(queryClient, services), [queryClient, services]);
}

function invalidate(queryClient: QueryClient, keys: readonly string[]): void {
  for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
}

/** Each board answer sets the clock and ends the alarms that someone has taken elsewhere. */
function watchBoard(queryClient: QueryClient, { alarms, client, clock }: Services): () => void {
  const { queryKey } = boardQuery(client, false);
  const boardHash = hashKey(queryKey);
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    if (event.query.queryHash !== boardHash) return;
    const board = queryClient.getQueryData(queryKey);
    if (board === undefined) return;
    if (event.action.manual !== true) clock.adjust(board.now);
    alarms.update((list) => settleAlarms(list, board));
  });
}
