/** The bounds of backups, each with its reason. */

/** Ten years of windows and the log besides are 50,000 files; more is no backup of ours. */
export const FILES_MAX = 100_000;

/** The head names each file: 100,000 of them at 100 bytes, with room. */
export const HEAD_BYTES_MAX = 16 * 1024 * 1024;

/** Names of files: what ours need, and rule files in deep folders. */
export const NAME_LENGTH_MAX = 512;

/** Read and written at once. */
export const BLOCK_BYTES = 256 * 1024;

/** The window of ours is 2 MiB; an archive that asks for more than 8 was not made here. */
export const WINDOW_LOG_MAX = 23;

/** Who takes nothing for so long has gone: what the backup holds on to keeps the disk full. */
export const STALL_TIMEOUT_MS = 300_000;

/** What must stay free: below it the board warns of the disk. */
export const FREE_BYTES_MIN = 256 * 1024 * 1024;

/** Rule files are text; a configuration with more than this in all is copied by other means. */
export const CONFIG_BYTES_MAX = 64 * 1024 * 1024;
