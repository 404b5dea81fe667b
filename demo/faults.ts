/** What can be broken in the shop. */

export interface FaultPlan {
  readonly id: string;
  readonly service: string;
  readonly kind: 'errors' | 'latency' | 'dead' | 'overload';
}

/** All faults, as the page lists them. */
export const FAULTS: readonly FaultPlan[] = [
  { id: 'pay.errors', service: 'pay', kind: 'errors' },
  { id: 'pay.latency', service: 'pay', kind: 'latency' },
  { id: 'pay.dead', service: 'pay', kind: 'dead' },
  { id: 'front.overload', service: 'front', kind: 'overload' },
];

/** The shop as its control answers it. */
export interface ShopState {
  readonly faults: readonly (FaultPlan & { readonly since: number | null })[];
  /** What customers send now; 0 while they are sent home. */
  readonly requestsPerSecond: number;
  readonly isLoadOn: boolean;
}
