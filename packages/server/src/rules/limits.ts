/** Bounds of rule files and evaluations, each with its reason. */

/** Queries that one expansion may run; each is a full evaluation of an expression. */
export const TEMPLATE_QUERIES_MAX = 64;

/** Active alerts of one rule without a `limit`: beyond it the rule is wrong, not the world. */
export const ALERTS_PER_RULE_MAX = 50_000;

/** How long storing transitions may take before an evaluation counts as failed. */
export const PERSIST_TIMEOUT_MS = 30_000;

/** How long reading the active alerts at start may take before it is tried again. */
export const RESTORE_TIMEOUT_MS = 30_000;

/** The pause before another try to read the active alerts, or to end those of removed rules. */
export const RETRY_MS = 1_000;

/**
 * How long a restored alert is held although its expression does not match: after an outage the
 * series need a scrape to come back (Prometheus' default scrape interval is a minute), and a
 * series that is not there yet must not read as a recovery.
 */
export const RESTORED_HOLD_MS = 60_000;

/** The longest a sleep of the manager lasts, so that a jump of the wall clock is seen soon. */
export const SLEEP_MS_MAX = 60_000;

/** The evaluation interval where neither the group nor the configuration names one. */
export const DEFAULT_INTERVAL_MS = 60_000;

/** Instants of a backtest whose results are asked for at once; a range query takes 11,000. */
export const BACKTEST_INSTANTS_AT_ONCE = 5_000;

/** Samples of such results, 16 bytes each, which come from another thread as copies. */
export const BACKTEST_SAMPLES_AT_ONCE = 500_000;

/** Elements that one backtest steps, of some 5 µs each: about 8 s of the server's own thread. */
export const BACKTEST_ELEMENTS_MAX = 1_500_000;

/** Elements between two pauses: what waits meanwhile does so for about 5 ms. */
export const BACKTEST_PAUSE_ELEMENTS = 1_000;
