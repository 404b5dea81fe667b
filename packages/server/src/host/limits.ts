/** Bounds of reading the host, each with its reason. */

/** A filesystem whose server is away may block for ever; it is reported as failed instead. */
export const FILESYSTEM_TIMEOUT_MS = 2_000;

/** A machine with containers has thousands of mounts, of which people look at a few. */
export const FILESYSTEMS_MAX = 200;

/** Machines with more exist; their pages belong to a real node_exporter. */
export const CPUS_MAX = 1_024;

/** Disks and network devices, for the same reason. */
export const DEVICES_MAX = 500;

/** A pause of the machine says nothing about its CPU; such a gap is not put into a bucket. */
export const SAMPLE_GAP_MS_MAX = 5_000;
