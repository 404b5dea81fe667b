/** Bounds of objectives and of counting, each with its reason. */

/** Each is counted every few seconds, in the thread that also scrapes. */
export const SLOS_MAX = 1_000;

/** As many as a directory of one file per service would hold. */
export const SLO_FILES_MAX = 1_000;

/** Documents in one file; the largest seen has a handful. */
export const OBJECTS_PER_FILE_MAX = 500;

/** Counters in one expression: `sum(a) + sum(b) - …`. */
export const TERMS_MAX = 20;

/** More alerts on one objective than this say the same thing several times. */
export const ALERTS_PER_SLO_MAX = 8;

/** Under five minutes there is no budget to speak of; over a year nobody remembers. */
export const WINDOW_MS_MIN = 300_000;
export const WINDOW_MS_MAX = 366 * 86_400_000;

/** A window of an alert must hold some samples, and Nines counts every five seconds. */
export const ALERT_WINDOW_MS_MIN = 10_000;

/** How often what was scraped is counted. */
export const TICK_MS = 5_000;

/**
 * Counts on disk stand at most this far apart, also where nothing happens, so that the count at any
 * instant is found by looking back this far.
 */
export const POINT_SPACING_MS = 60_000;

/** History is caught up in pieces of this length: at 15 s and 20 series, 5,000 samples. */
export const CATCH_UP_PIECE_MS = 3_600_000;

/** Work in a row before scrapes and requests get their turn. */
export const SLICE_MS = 10;

/** Catching up, per tick: at most a twentieth of the thread. */
export const CATCH_UP_MS_PER_TICK = 250;

/** Samples become visible when their scrape ends; what is added to the longest timeout for that. */
export const VISIBLE_AFTER_MS = 1_000;

/** Where nothing is scraped yet: Prometheus' default timeout. */
export const SCRAPE_TIMEOUT_MS = 10_000;

/** How far back is looked for samples that came late, and after a restart for where counters stood. */
export const LOOK_BACK_MS = 300_000;

/** A script that starts a service and then Nines takes less. */
export const START_GRACE_MS = 60_000;

/** How much clients' own idea of when they started may tremble. */
export const START_JITTER_MS = 1_000;

/** How far the clock of a target may be behind ours. */
export const CLOCK_SKEW_MS = 60_000;

/** Within this of retention's end nothing is written: it would be refused before it is written. */
export const RETENTION_MARGIN_MS = 600_000;

/** Points of a burn-down: what a chart of 800 px shows. */
export const BURN_DOWN_POINTS_MAX = 200;

/** An unmeasured service keeps what was judged of it this long at most. */
export const HOLD_MS_MAX = 3_600_000;

/** One failure that spends this much of the budget is worth a remark. */
export const ONE_FAILURE_RATIO = 0.02;

/** How long must have been counted before traffic is extrapolated to a window. */
export const TRAFFIC_MS_MIN = 3_600_000;

/** A window of 28 days makes 0.93 of the book's 1 (10 % in 3 days), and nobody minds. */
export const BURN_RATE_MIN = 0.9;

/** Counters of one expression whose last value is kept although they are gone: 1 MiB. */
export const MARKS_KEPT_MAX = 10_000;

/** Targets whose first scrape is remembered; the store is asked again about others. */
export const TARGETS_KEPT_MAX = 10_000;
