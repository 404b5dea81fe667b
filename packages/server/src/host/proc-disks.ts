/** /proc/diskstats: reads and writes of each disk (kernel: Documentation/admin-guide/iostats). */
import type { Family, HostSample } from './family.ts';
import { DEVICES_MAX } from './limits.ts';

/** Partitions count within their disks; RAM disks and loop devices are no disks. */
const LEFT_OUT = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/;
/** The unit of the kernel's "sectors", whatever the disk's own are. */
const SECTOR_BYTES = 512;
const SECONDS_PER_MS = 1 / 1000;

const COLUMNS = [
  ['node_disk_reads_completed_total', 'The total number of reads completed successfully.', 1],
  ['node_disk_reads_merged_total', 'The total number of reads merged.', 1],
  ['node_disk_read_bytes_total', 'The total number of bytes read successfully.', SECTOR_BYTES],
  ['node_disk_read_time_seconds_total', 'Seconds spent by all reads.', SECONDS_PER_MS],
  ['node_disk_writes_completed_total', 'The total number of writes completed successfully.', 1],
  ['node_disk_writes_merged_total', 'The number of writes merged.', 1],
  ['node_disk_written_bytes_total', 'Bytes written successfully.', SECTOR_BYTES],
  ['node_disk_write_time_seconds_total', 'Seconds spent by all writes.', SECONDS_PER_MS],
  ['node_disk_io_now', 'The number of I/Os currently in progress.', 1],
  ['node_disk_io_time_seconds_total', 'Total seconds spent doing I/Os.', SECONDS_PER_MS],
  [
    'node_disk_io_time_weighted_seconds_total',
    'Weighted seconds spent doing I/Os.',
    SECONDS_PER_MS,
  ],
] as const;

export function parseDisks(text: string): readonly Family[] {
  const disks = [...text.matchAll(/^ *\d+ +\d+ (\S+) ([\d ]+)$/gm)]
    .filter(([, device]) => !LEFT_OUT.test(device))
    .slice(0, DEVICES_MAX)
    .map(([, device, columns]) => ({ device, columns: columns.trim().split(/ +/).map(Number) }));
  return COLUMNS.map(([name, help, unit], i): Family => {
    const samples = disks.flatMap(({ device, columns }): readonly HostSample[] =>
      i < columns.length ? [{ labels: { device }, value: columns[i] * unit }] : [],
    );
    return { name, type: name === 'node_disk_io_now' ? 'gauge' : 'counter', help, samples };
  });
}
