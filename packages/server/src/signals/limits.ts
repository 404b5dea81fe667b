/** Bounds of the signals, and why each is what it is. */

/** A page of more graphs is not read; the table's order says which stay. */
export const SIGNALS_MAX = 12;
/** Of latency, traffic and errors each: what is served, twice, and what is asked of others. */
export const REQUEST_SIGNALS_MAX = 3;

/** A rate needs two samples, and with four scrapes in its window it survives two that fail. */
export const SCRAPES_PER_WINDOW = 4;
/** Under this a rate follows single requests. */
export const WINDOW_MS_MIN = 60_000;
/** The window where nothing says how often a service is scraped: fits Prometheus' own default. */
export const WINDOW_MS_UNKNOWN = 4 * 60_000;

/** Metrics count as a service's own for as long as a query finds their last sample. */
export const SEEN_MS = 5 * 60_000;
/** A service that is down keeps its graphs this long: they are wanted most just then. */
export const SEEN_MS_DOWN = 24 * 3_600_000;

/** Which metrics there are changes with deployments only. */
export const PLAN_FOR_MS = 30_000;
/** People who look at one service look together, each page asking every few seconds. */
export const VALUES_FOR_MS = 3_000;
/** Services whose plan and values are remembered; a plan is some 20 kB. */
export const SERVICES_REMEMBERED = 2_000;

/** No single line may hold up pages and scrapes (docs/adr/0010-queries-share-the-main-thread.md). */
export const LINE_TIMEOUT_MS = 250;
/** Work in one turn of the event loop before others get theirs. */
export const SLICE_MS = 4;

/** The board's signals are read again when they are this old and somebody looks. */
export const BOARD_FOR_MS = 12_000;
/** Older ones than this are not shown: nobody has looked for a while. */
export const BOARD_KEEP_MS = 60_000;
/** How long the board waits for signals that it cannot show. */
export const BOARD_WAIT_MS = 150;
/** Work that a refresh of the board may do without rests: all of it, for a dozen of services. */
export const BOARD_BURST_MS = 150;
/** Beyond that it rests this many times as long as it worked, so it takes a fifth of the thread. */
export const BOARD_REST_RATIO = 4;
/** Running versions that are told; more are a mistake in a label. */
export const VERSIONS_MAX = 50;
/** A turn that a busy machine drew out does not put off all that follow. */
export const REST_MS_MAX = 50;
/** Points of one line in one query: those of a histogram of 500 buckets take some milliseconds. */
export const POINTS_PER_TURN = 10;

/** Under a minute both sides are chance. */
export const COMPARED_MS_MIN = 60_000;
/** What a comparison reads over where nothing is said. */
export const COMPARED_MS = 30 * 60_000;
/** Over a day the side before has its own mornings and nights. */
export const COMPARED_MS_MAX = 24 * 3_600_000;
/** How far back deploys are looked for, and how exactly at first. */
export const DEPLOYS_MS = 24 * 3_600_000;
export const DEPLOYS_STEP_MS = 2 * 60_000;
/** A second look at each deploy: about a scrape. */
export const DEPLOY_STEP_MS = 5_000;
/** A day of more deploys is a day of one comparison after the other. */
export const DEPLOYS_MAX = 10;
/** A series that is looked at for deploys is evaluated at 720 points. */
export const DEPLOYS_TIMEOUT_MS = 500;
/** A label with more values parts by request, not by group. */
export const GROUP_VALUES_MAX = 50;
/** Labels of a service's requests that a list of choices has. */
export const GROUP_LABELS_MAX = 30;
/** Each peer is three queries or more. */
export const PEERS_MAX = 20;
