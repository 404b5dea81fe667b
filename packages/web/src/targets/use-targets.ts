import { useQuery } from '@tanstack/react-query';
import { targetsQuery } from '../api/queries.ts';
import { useServices } from '../services.ts';

export function useTargets() {
  const { client } = useServices();
  return useQuery(targetsQuery(client));
}
