/** The young generation of V8's heap, which bin/nines.mjs keeps small while modules are loaded. */
import { setFlagsFromString } from 'node:v8';

/** V8's own default: doubles the young generation whenever most of it has survived. */
const GROWTH_FACTOR = 2;

/** Lets it grow with the load from now on (ADR 0080). */
export function releaseYoungHeap(): void {
  setFlagsFromString(`--semi-space-growth-factor=${GROWTH_FACTOR}`);
}
