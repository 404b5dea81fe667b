/**
 * What a conformance suite is: test data that others wrote, and a runner that judges us by it.
 *
 * The data is not ours and not in this repository; `tools/conformance.ts` finds it and hands the
 * files to the suite. A case that the runner does not understand has failed.
 */

/** One case and its verdict. */
export interface CaseResult {
  /** The file that it comes from. */
  readonly file: string;
  /** The line it begins at; 0 where the whole file is the case. */
  readonly line: number;
  readonly name: string;
  /** Why it failed; undefined where it passed. */
  readonly failure: string | undefined;
  /** Subsets that are counted apart, besides the whole. */
  readonly groups: readonly string[];
}

export interface ConformanceSuite {
  /** As the command line calls it; also the key of its floor. */
  readonly name: string;
  /** Its folders within the conformance data. */
  readonly folders: readonly string[];
  /** Whether a file is one of its cases; the others are left alone. */
  isCase(path: string): boolean;
  /** Runs all cases of the files. */
  run(files: readonly string[]): Promise<readonly CaseResult[]>;
}
