import type { ProbeView } from '@nines/contract';
import { useQuery } from '@tanstack/react-query';
import { probesQuery, targetsQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

export function useTargets() {
  const { client } = useServices();
  return useQuery(targetsQuery(client));
}

/** What is probed; none as long as it is not known. */
export function useProbes(): readonly ProbeView[] {
  const { client } = useServices();
  return useQuery(probesQuery(client)).data?.probes ?? [];
}
