/** Bounds of probes. */

/** A file of blackbox_exporter has a dozen; each costs a few hundred bytes. */
export const MODULES_MAX = 1_000;

/** RE2 takes time linear in both; an expression of this length is a program. */
export const REGEXP_CHARS_MAX = 10_000;

/** A conversation of more steps is a test of a protocol, not a probe. */
export const STEPS_MAX = 100;
