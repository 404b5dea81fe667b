/** A promise of the project that can be checked at full length. */
export interface Verification {
  /** As `npm run verify -- NAME` takes it. */
  readonly name: string;
  /** One sentence: what is promised. */
  readonly promise: string;
  run(): Promise<VerificationResult>;
}

export interface VerificationResult {
  readonly isKept: boolean;
  /** What this machine lacks for the check; then nothing was checked. */
  readonly missing?: string;
  /** What was measured or counted, units in the names. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** What was not as promised. */
  readonly misses: readonly string[];
}

/** The answer of a machine that lacks something: nothing was checked. */
export function missing(what: string): VerificationResult {
  return { isKept: false, missing: what, figures: {}, misses: [] };
}
