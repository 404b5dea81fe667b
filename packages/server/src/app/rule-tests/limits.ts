/** Bounds of unit tests of rules, which may run where people hand files in. */

/** Values of all series of one test: some 200 MiB while it runs. */
export const RULE_TEST_SAMPLES_MAX = 5_000_000;

/** Evaluations of rules in one test: some minutes. A year of a rule a minute is half a million. */
export const RULE_TEST_EVALUATIONS_MAX = 10_000_000;
