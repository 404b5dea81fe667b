/** Bounds of templates, each with its reason. */

/** The longest text of one template; Prometheus' longest shipped annotation has 600 characters. */
export const TEMPLATE_TEXT_CHARS_MAX = 64 * 1024;

/** Nesting of parentheses and blocks; the parser and the evaluator recurse on it. */
export const TEMPLATE_DEPTH_MAX = 64;

/** Templates that call templates; each level holds several frames of V8's stack. */
export const TEMPLATE_CALL_DEPTH_MAX = 64;

/** Nodes walked and commands run by one expansion: about 20 ms of work. */
export const TEMPLATE_STEPS_MAX = 100_000;

/** The longest text that an expansion, or any value made on the way, may have. */
export const TEMPLATE_OUTPUT_CHARS_MAX = 256 * 1024;

/** A regular expression of `match` or `reReplaceAll`: RE2 compiles in time linear in it. */
export const TEMPLATE_PATTERN_CHARS_MAX = 4096;

/** Width and precision in printf; Go refuses more than a million, which is a megabyte of blanks. */
export const PRINTF_SIZE_MAX = 10_000;
