import { useDemo } from '../demo/use-demo.ts';
import { DEMO_PLACE, type Place, PLACES } from './places.ts';

/** The pages there are on this server. */
export function usePlaces(): readonly Place[] {
  return useDemo() === undefined ? PLACES : [DEMO_PLACE, ...PLACES];
}
