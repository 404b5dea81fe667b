/** Bounds of explanations, each with its reason. */

/** Explanations at once; each asks up to some hundred small questions. */
export const EXPLANATIONS_MAX = 4;

/** The longest an explanation may take: who waits for it was woken. */
export const EXPLANATION_TIMEOUT_MS = 15_000;

/** Parts of an expression that are evaluated one by one; people write up to thirty. */
export const PARTS_MAX = 60;

/** Series of a part that are looked at one by one; of more only the number is known. */
export const PART_SERIES_MAX = 2_000;

/** Series of a part in an answer. */
export const PART_SERIES_SHOWN = 5;

/** Places at which series were lost that are told; `or` has one on each side. */
export const CAUSES_MAX = 3;

/** Evaluations in an answer: two hours at a minute, and what a strip on a phone can show. */
export const EVALUATIONS_MAX = 120;

/** Evaluations shown before an alert's beginning and after its end. */
export const EVALUATIONS_AROUND = 5;

/** Changes of a rule's alerts in an answer, the newest. */
export const TRANSITIONS_SHOWN = 50;

/** Alerts of a rule in an answer, the firing ones first. */
export const ACTIVE_SHOWN = 50;

/** How far back the last sample of something is looked for, the nearest first. */
export const SEARCHED_MS = [3_600_000, 86_400_000, 7 * 86_400_000] as const;

/** Series whose last samples are asked for, the newest first. */
export const LAST_SEEN_MAX = 200;

/** Matchers of a selector that are left out one at a time. */
export const MATCHERS_TRIED = 8;

/** Rules that are named to somebody who asked for another one. */
export const NAMES_SHOWN = 5;
