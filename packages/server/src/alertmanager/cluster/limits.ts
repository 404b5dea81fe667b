/** Bounds of the cluster, each with its reason. */

/** Alertmanager's users run two or three; each holds a connection to each of the others. */
export const PEERS_MAX = 32;

/** A message is parsed in one go, and nothing else goes on meanwhile: this much takes about 10 ms. */
export const MESSAGE_CHARS_AIM = 1024 * 1024;

/** One alert can be nearly as large as the largest body of alerts, and the rest comes on top. */
export const MESSAGE_BYTES_MAX = 12 * 1024 * 1024;

/** Items of a message; far beyond what its size lets through. */
export const MESSAGE_ITEMS_MAX = 50_000;

/** Fingerprints of one entry of the log: as many as there may be alerts. */
export const FINGERPRINTS_MAX = 100_000;

/** Names, runs, labels and addresses. */
export const IDENTITY_CHARS_MAX = 256;

/** Keys of groups hold label values. */
export const GROUP_KEY_CHARS_MAX = 65_536;

/** News do not wait for the answer to what went before; more than this many wait together. */
export const POSTS_AT_ONCE_MAX = 4;

/** A peer that was not heard of for so many probe intervals is taken to be away. */
export const PROBES_MISSED_MAX = 3;

/** A silence is answered after so long at most where a peer does not confirm it. */
export const CONFIRM_MS_MAX = 1_000;

/** The notes of a stop go to peers that answer within this. */
export const LEAVE_MS_MAX = 1_000;

/** Clocks further apart than this are said to be: the younger change of two wins by them. */
export const CLOCK_SKEW_MS_MAX = 5_000;

/** Warnings that are not repeated while they stay the same: two for each peer, and some of the past. */
export const SAID_MAX = 128;
