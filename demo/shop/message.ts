/** What the demo and the processes of its shop tell each other. */

/** From the demo to an instance: how to misbehave from now on. */
export interface FaultMessage {
  readonly kind: 'faults';
  readonly isFailing: boolean;
  readonly isSlow: boolean;
}

/** From an instance to the demo. */
export interface InstanceMessage {
  /** It listens. */
  readonly kind: 'listening';
}

/** Whether something that came from the other process is what it should be. */
export function isFaultMessage(value: unknown): value is FaultMessage {
  if (typeof value !== 'object' || value === null) return false;
  return 'isFailing' in value && 'isSlow' in value && 'kind' in value && value.kind === 'faults';
}

/** Whether something that came from the other process is what it should be. */
export function isInstanceMessage(value: unknown): value is InstanceMessage {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  return value.kind === 'listening';
}
