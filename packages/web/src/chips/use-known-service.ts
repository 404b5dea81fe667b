import type { ServiceSummary } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { boardQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

/** What the board last told of a service; never asks for it. */
export function useKnownService(name: string): ServiceSummary | undefined {
  const { client } = useServices();
  const { data } = useQuery({
    ...boardQuery(client, false),
    enabled: false,
    select: (board) => board.services.find((service) => service.name === name),
  });
  return data;
}
