import { useSyncExternalStore } from 'react';
import { useServices } from '../services.ts';

/**
 * A text or number that depends on the time; renders again only when it has changed, not at every
 * tick of the clock.
 */
export function useClockValue<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  const { clock } = useServices();
  return useSyncExternalStore(clock.subscribe, () => read(clock.now()));
}
