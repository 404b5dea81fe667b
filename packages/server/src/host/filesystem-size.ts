/**
 * How full a filesystem is, asked so that a server that is away takes nothing else with it.
 *
 * A call that hangs keeps a thread of Node's pool, and that pool has four for everything: files,
 * names, passwords. So one call runs at a time of those that go to another machine, and one of the
 * others, which are asked beside them; the rest waits for its turn, no longer than for an answer.
 */
import type { Clock } from '../platform/index.ts';
import { FILESYSTEM_TIMEOUT_MS, FILESYSTEMS_MAX } from './limits.ts';
import type { Mount } from './proc-mounts.ts';

export interface FilesystemSize {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** What users other than root may take. */
  readonly availBytes: number;
  readonly files: number;
  readonly filesFree: number;
}

/** Undefined: it failed, did not answer in time, or still owes the answer of last time. */
export type ReadFilesystem = (
  mount: Pick<Mount, 'mountpoint' | 'fstype'>,
) => Promise<FilesystemSize | undefined>;

/** Types whose data is on another machine, or behind another process. */
const REMOTE = /^(nfs|cifs|smb|fuse|ceph|gluster|lustre|beegfs|afs|9p|gfs|ocfs|virtiofs|davfs)/;

/** Builds it on a call that may hang, and that rejects where there is nothing to be had. */
export function createFilesystemReader(options: {
  readonly ask: (mountpoint: string) => Promise<FilesystemSize>;
  readonly clock: Clock;
}): ReadFilesystem {
  const { ask, clock } = options;
  const underWay = new Set<string>();
  const lanes = { remote: Promise.resolve(), local: Promise.resolve() };
  return async ({ mountpoint, fstype }) => {
    if (underWay.has(mountpoint) || underWay.size >= FILESYSTEMS_MAX) return undefined;
    underWay.add(mountpoint);
    const { promise, resolve } = Promise.withResolvers<FilesystemSize | undefined>();
    let isWanted = true;
    const timer = clock.after(FILESYSTEM_TIMEOUT_MS, () => {
      isWanted = false;
      resolve(undefined);
    });
    const lane = REMOTE.test(fstype) ? 'remote' : 'local';
    lanes[lane] = lanes[lane].then(async () => {
      // Without a right to look, or unmounted meanwhile: node_filesystem_device_error says so.
      resolve(isWanted ? await ask(mountpoint).catch(() => undefined) : undefined);
      timer.cancel();
      underWay.delete(mountpoint);
    });
    return promise;
  };
}
