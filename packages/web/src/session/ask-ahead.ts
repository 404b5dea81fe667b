import type { QueryClient } from '@tanstack/react-query';
import { boardQuery, sessionQuery } from '../api/queries.ts';
import type { Storage } from '../platform/browser.ts';
import type { Services } from '../services.ts';
import { isAdmitted } from './use-session.ts';

/** Whether this browser was let in when it was here last. */
const WAS_IN_KEY = 'nines.wasIn';

/** Kept for the next visit. */
export function rememberAdmission(storage: Storage, isIn: boolean): void {
  storage.write(WAS_IN_KEY, isIn ? 'yes' : 'no');
}

/**
 * Asks for the first two answers while the page is still being built. Who was let in last time most
 * likely is again, so the board does not wait for the session.
 */
export async function askAhead(
  { client, storage }: Pick<Services, 'client' | 'storage'>,
  queryClient: QueryClient,
): Promise<void> {
  const board = boardQuery(client, false);
  const wasIn = storage.read(WAS_IN_KEY) === 'yes';
  // A refusal says no more than the session's answer does.
  const early = wasIn ? client('getBoard', {}).catch(() => undefined) : undefined;
  await queryClient.prefetchQuery(sessionQuery(client));
  const session = queryClient.getQueryData(sessionQuery(client).queryKey);
  // No answer is no refusal: what was known stays.
  if (session === undefined) return;
  if (!isAdmitted(session)) return;
  const answer = await early;
  if (answer === undefined) await queryClient.prefetchQuery(board);
  else queryClient.setQueryData(board.queryKey, answer);
}
