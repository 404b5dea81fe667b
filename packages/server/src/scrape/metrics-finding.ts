/** One thing that is wrong (`fault`) or could be better (`advice`) with an exposition. */
export interface ExpositionFinding {
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  readonly severity: 'fault' | 'advice';
  readonly message: string;
}
