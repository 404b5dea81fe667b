/** Bounds of the engine, each with its reason. */

/** At about 2 KiB each this is 200 MiB; an alert storm beyond it says nothing new to a person. */
export const ALERTS_MAX = 100_000;

/** Prometheus sends 256 at once; the rest is for other senders. */
export const ALERTS_PER_POST_MAX = 10_000;

/** Each is tried on each alert of a group; nobody reviews a longer list. */
export const SILENCES_MAX = 10_000;

/** Matchers of one silence. */
export const MATCHERS_MAX = 100;

/** A comment is a few sentences, or a link to them. */
export const SILENCE_TEXT_CHARS_MAX = 10_000;

export const LABELS_MAX = 200;
export const NAME_CHARS_MAX = 1_024;
/** Prometheus' own label values rarely have a hundredth of this. */
export const VALUE_CHARS_MAX = 16_384;
/** Annotations carry rendered tables at times. */
export const ANNOTATION_CHARS_MAX = 65_536;

/** As Alertmanager: a short group_interval does not cut attempts shorter than this. */
export const FLIGHT_MS_MIN = 10_000;

/** Prometheus repeats the end of an alert for so long; until then we know that it has been told. */
export const ENDS_REPEATED_MS = 16 * 60_000;

/** Alertmanager's backoff: attempts begin this far apart at first, 1.5 times as far each time. */
export const BACKOFF_BASE_MS = 500;
export const BACKOFF_FACTOR = 1.5;
export const BACKOFF_MS_MAX = 60_000;

/** Open connections to receivers; what is more waits its turn, in the order of the groups. */
export const SENDS_AT_ONCE_MAX = 64;

/** A receiver that has not answered within this is tried again. Prometheus' clients wait as long. */
export const SEND_TIMEOUT_MS = 30_000;

/** The wait between two looks at the timers, where one is further away: clocks are set, too. */
export const SLEEP_MS_MAX = 60_000;

/** Rows in one batch of writes to the records. */
export const ROWS_PER_WRITE_MAX = 500;

/** A timer this late is only late; beyond it the process was stopped, or a delivery took long. */
export const LATENESS_MS_MAX = 100;

/** Matchers of one request. */
export const FILTERS_MAX = 100;

/** Texts of receivers that are kept read; a configuration with more reads the rest each time. */
export const TEMPLATES_MAX = 5_000;
/** Characters of them together: what is read takes some 25 bytes of memory for each. */
export const TEMPLATES_CHARS_MAX = 512 * 1024;

/** A message of 5,000 alerts with ten labels each: half a second of work, which then is told. */
export const MESSAGE_LIMITS = { stepsMax: 2_000_000, outputCharsMax: 8 * 1024 * 1024 };
