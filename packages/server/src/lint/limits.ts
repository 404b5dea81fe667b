/** Bounds of lints, each with its reason. */

/** Lints at once; each asks up to some thousand small questions. */
export const LINTS_MAX = 2;

/** The longest a lint may take: who saves a file waits for it. */
export const LINT_TIMEOUT_MS = 20_000;

/** Findings in an answer; nobody reads more, and a file of a generator can have any number. */
export const FINDINGS_MAX = 1_000;

/** Rules whose series are asked for; a large company has some thousand. */
export const RULES_ASKED_MAX = 5_000;

/** Series of one selector beyond which its labels are not listed, as that would take too long. */
export const LABELLED_SERIES_MAX = 50_000;

/** Series of an expression up to which its elements are listed, which spares counting them apart. */
export const COUNTED_SERIES_MAX = 20_000;

/** Queries have to be on record for so long before somebody can be said not to ask. */
export const RECORD_MS_MIN = 7 * 86_400_000;

/** Pages that one rule may send at once before it is said: more than a phone's screen shows. */
export const PAGES_AT_ONCE = 10;

/** Series of one evaluation that are worth a remark: some 10 ms, at each interval. */
export const DEAR_SERIES = 20_000;

/** Samples of one evaluation that are worth a remark: as much as 100 ms of a core. */
export const DEAR_SAMPLES = 2_000_000;

/** Windows as long as this have seen enough for a page without `for`. */
export const LONG_WINDOW_MS = 300_000;

/** An alert that fires anew so soon after its end is the same fault, or the same noise. */
export const RETURN_MS = 600_000;

/** Returns from which on a rule flaps: two may be one bad deploy. */
export const FLAPS_MIN = 3;

/** The share of a rule's alerts that must be returns. */
export const FLAP_RATIO = 1 / 3;

/** How close alerts begin that belong together: two evaluations at the usual interval. */
export const TOGETHER_MS = 120_000;

/** Alerts of a rule from which on it can be said of it that it always fires with another. */
export const TOGETHER_MIN = 3;

/** The share of both rules' alerts that must have the other beside it. */
export const TOGETHER_RATIO = 0.9;

/** Rules that are held against one another, those that fire most often: 45,000 pairs. */
export const TOGETHER_RULES_MAX = 300;
