import { useQuery } from '@tanstack/react-query';
import { boardQuery } from '../api/queries.ts';
import type { Urgency } from '../kit/urgency.tsx';
import { useServices } from '../services.ts';

/** How many alerts need someone, and how urgent the worst of them is. */
export function useOpenCount(): { readonly count: number; readonly level: Urgency } {
  const { client } = useServices();
  const { data } = useQuery(boardQuery(client, false));
  const alerts = data?.needsSomeone ?? [];
  const isPaging = alerts.some(({ output }) => output === 'page');
  return { count: alerts.length, level: isPaging ? 'page' : 'ticket' };
}
