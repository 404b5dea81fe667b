/** /proc/self/mounts: which filesystems there are (man 5 fstab for the fields). */
import { FILESYSTEMS_MAX } from './limits.ts';

export interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly isReadOnly: boolean;
}

/** What node_exporter leaves out by default: nothing there fills up in a way that people mend. */
const POINTS_LEFT_OUT =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const TYPES_LEFT_OUT = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs ' +
    'iso9660 mqueue nsfs overlay proc procfs pstore rpc_pipefs securityfs selinuxfs squashfs ' +
    'erofs sysfs tracefs'
  ).split(' '),
);

/**
 * Mounts worth showing, each point once: the last one mounted there is what is seen. Unlike
 * node_exporter we keep `/` whatever its type, because within a container it is an overlay, and
 * it is what fills up.
 */
export function parseMounts(text: string): readonly Mount[] {
  const byPoint = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, point, fstype, options] = line.split(' ');
    if (options === undefined) continue;
    const mountpoint = unescapeField(point);
    const isRoot = mountpoint === '/' && fstype !== 'rootfs';
    const isLeftOut = TYPES_LEFT_OUT.has(fstype) || POINTS_LEFT_OUT.test(mountpoint);
    if (isLeftOut && !isRoot) continue;
    const isReadOnly = options.split(',').includes('ro');
    byPoint.set(mountpoint, { device: unescapeField(device), mountpoint, fstype, isReadOnly });
    if (byPoint.size >= FILESYSTEMS_MAX) break;
  }
  return [...byPoint.values()];
}

/** Blanks and backslashes are written as three octal digits. */
function unescapeField(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
