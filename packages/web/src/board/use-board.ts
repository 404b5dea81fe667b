import { useQuery } from '@tanstack/react-query';
import { boardQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** The board, live. */
export function useBoard() {
  const { client } = useServices();
  return useQuery(boardQuery(client, true));
}
