/** Bounds of backtests, each with its reason. */

/** Instants of one backtest, warm-up included: a month at 15 s, or four months at a minute. */
export const BACKTEST_INSTANTS_MAX = 200_000;

/** Backtests at once; each holds some megabytes, and steps in the server's own thread. */
export const BACKTESTS_MAX = 4;

/** The longest a backtest may take: less than the command line waits for an answer. */
export const BACKTEST_TIMEOUT_MS = 100_000;

/** Alerts that fired and are held against another rule's; a year of fifty pages a day. */
export const PERIODS_KEPT = 20_000;

/** Alerts that fired in an answer: some 150 KB, more than anybody reads. */
export const PERIODS_SHOWN = 500;

/** Label sets that are told apart; beyond, alerts are counted without them. */
export const LABEL_SETS_KEPT = 20_000;

/** Label sets in an answer. */
export const LABEL_SETS_SHOWN = 50;

/** Points at which is looked whether there is data: parts of a range that a graph can show. */
export const GAP_POINTS_MAX = 500;

/** Closer than a scrape interval there is nothing to see. */
export const GAP_STEP_MS_MIN = 60_000;

/** Selectors of one expression that are looked at for data; people write up to ten. */
export const GAP_SELECTORS_MAX = 50;
