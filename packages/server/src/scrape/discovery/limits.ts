/** The bounds of discovery, each with its reason. */

/** Each is a connection, a timer or both; a job with more has been written by a program gone wrong. */
export const DISCOVERIES_PER_JOB_MAX = 1000;

/** What is asked more often than this is asked all the time. */
export const REFRESH_MS_MIN = 100;

/** Changes are handed on this far apart at least, as in Prometheus: a rollout is hundreds of them. */
export const UPDATE_EVERY_MS = 5_000;

/** One answer of a discovery: 100,000 targets with 40 labels each have about this size. */
export const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** One file of targets. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** Files that the patterns of one discovery may name. */
export const FILES_MAX = 10_000;

/** Groups in one file or answer. */
export const GROUPS_MAX = 100_000;

/** Targets of one discovery, and so of one job: as many as a job may have. */
export const TARGETS_MAX = 100_000;

/** An answer that has not come by then will not come; a blocking query waits on top of it. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** The first pause after a failure; it doubles, with chance, up to the next bound. */
export const RETRY_MS_MIN = 1_000;
export const RETRY_MS_MAX = 60_000;

/** How long Consul may hold a blocking query; its own bound is ten minutes. */
export const CONSUL_WAIT_MS = 120_000;

/** Services of one Consul that are watched, each by a request that waits. */
export const CONSUL_SERVICES_MAX = 10_000;

/** A file that changes is read this much later: editors and tools write in several steps. */
export const FILE_SETTLE_MS = 200;

/** Objects of one kind that are kept of a cluster; 5,000 nodes have 150,000 pods at most. */
export const KUBERNETES_OBJECTS_MAX = 300_000;

/** Objects in one page of a list: what the API server itself suggests. */
export const KUBERNETES_PAGE = 500;

/** Pages of one list: a server that always names one more would be asked for ever. */
export const KUBERNETES_PAGES_MAX = 2_000;

/** One line of a watch; an object in etcd has at most 1.5 MiB. */
export const KUBERNETES_LINE_CHARS_MAX = 8 * 1024 * 1024;

/** The server ends a watch after this time, so that one that hangs does not hang for ever. */
export const KUBERNETES_WATCH_SECONDS = 300;

/** Changes of a cluster are gathered for this long before groups are made of them. */
export const KUBERNETES_SETTLE_MS = 200;

/** Names of one discovery; each is looked up by itself. */
export const DNS_NAMES_MAX = 1_000;
