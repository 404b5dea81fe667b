/** How full each filesystem is. A server that is away must not keep the rest from being read. */
import type { Family, HostSample } from './family.ts';
import type { FilesystemSize } from './filesystem-size.ts';
import type { HostReader } from './host-reader.ts';
import type { Mount } from './proc-mounts.ts';

interface Measured {
  readonly mount: Mount;
  /** Undefined: it could not be asked. */
  readonly size: FilesystemSize | undefined;
}

const SIZES = [
  ['node_filesystem_size_bytes', 'Filesystem size in bytes.', 'sizeBytes'],
  ['node_filesystem_free_bytes', 'Filesystem free space in bytes.', 'freeBytes'],
  [
    'node_filesystem_avail_bytes',
    'Filesystem space available to non-root users in bytes.',
    'availBytes',
  ],
  ['node_filesystem_files', 'Filesystem total file nodes.', 'files'],
  ['node_filesystem_files_free', 'Filesystem total free file nodes.', 'filesFree'],
] as const;

/** Asks each mount; each has its own time limit within the reader. */
export async function readFilesystems(
  reader: HostReader,
  mounts: readonly Mount[],
): Promise<readonly Family[]> {
  const measured = await Promise.all(
    mounts.map(async (mount) => ({ mount, size: await reader.readFilesystem(mount) })),
  );
  const gauge = (
    name: string,
    help: string,
    toValue: (one: Measured) => number | undefined,
  ): Family => ({
    name,
    type: 'gauge',
    help,
    samples: measured.flatMap((one): readonly HostSample[] => {
      const value = toValue(one);
      return value === undefined ? [] : [{ labels: labelsOf(one.mount), value }];
    }),
  });
  return [
    ...SIZES.map(([name, help, key]) => gauge(name, help, ({ size }) => size?.[key])),
    gauge('node_filesystem_readonly', 'Filesystem read-only status.', ({ mount }) =>
      Number(mount.isReadOnly),
    ),
    gauge(
      'node_filesystem_device_error',
      'Whether an error occurred while getting statistics for the given device.',
      ({ size }) => Number(size === undefined),
    ),
  ];
}

function labelsOf({ device, fstype, mountpoint }: Mount): Readonly<Record<string, string>> {
  return { device, fstype, mountpoint };
}
