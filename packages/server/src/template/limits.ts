/** Bounds of templates, each with its reason. */

/** The longest text of one template; Prometheus' longest shipped annotation has 600 characters. */
export const TEMPLATE_TEXT_CHARS_MAX = 64 * 1024;

/** Nesting of parentheses and blocks; the parser and the evaluator recurse on it. */
export const TEMPLATE_DEPTH_MAX = 64;

/** Templates that call templates; each level holds several frames of V8's stack. */
export const TEMPLATE_CALL_DEPTH_MAX = 64;

/** Bounds of one run, which its user may set otherwise. */
export interface RunLimits {
  /** Nodes walked and commands run. */
  readonly stepsMax: number;
  /** Of the text, and of any value made on the way. */
  readonly outputCharsMax: number;
}

/** Of texts of one alert, which run at each evaluation: about 20 ms of work. */
export const DEFAULT_RUN_LIMITS: RunLimits = { stepsMax: 100_000, outputCharsMax: 256 * 1024 };

/** A regular expression of `match` or `reReplaceAll`: RE2 compiles in time linear in it. */
export const TEMPLATE_PATTERN_CHARS_MAX = 4096;

/** Width and precision in printf; Go refuses more than a million, which is a megabyte of blanks. */
export const PRINTF_SIZE_MAX = 10_000;

/** A template is escaped once for each place of HTML in which it is called. */
export const TEMPLATE_CONTEXTS_MAX = 500;
