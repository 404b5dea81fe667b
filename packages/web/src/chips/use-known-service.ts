import type { ServiceSummary } from '@nines/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
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

/**
 * The same when it is asked for. A list has a chip in each row: one that followed the board would
 * make every row of it dearer, to draw and whenever the board changes.
 */
export function useServiceLookup(): (name: string) => ServiceSummary | undefined {
  const { client } = useServices();
  const queryClient = useQueryClient();
  return (name) =>
    queryClient
      .getQueryData(boardQuery(client, false).queryKey)
      ?.services.find((service) => service.name === name);
}
