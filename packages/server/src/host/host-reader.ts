/** What reading the host needs from the system. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import {
  cpus,
  freemem,
  hostname,
  loadavg,
  machine,
  release,
  totalmem,
  type,
  uptime,
  version,
} from 'node:os';
import type { Clock } from '../platform/index.ts';
import { FILESYSTEM_TIMEOUT_MS } from './limits.ts';
import type { CpuTime } from './proc-stat.ts';

export interface FilesystemSize {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** What users other than root may take. */
  readonly availBytes: number;
  readonly files: number;
  readonly filesFree: number;
}

/** What Node says about any system. */
export interface PlainHost {
  readonly uptimeSeconds: number;
  readonly loadAverages: readonly number[];
  readonly memoryTotalBytes: number;
  readonly memoryFreeBytes: number;
  /** By processor and mode, as node_exporter names them. */
  readonly cpuSeconds: readonly Readonly<Record<string, number>>[];
  readonly names: {
    readonly sysname: string;
    readonly release: string;
    readonly version: string;
    readonly machine: string;
    readonly nodename: string;
    readonly domainname: string;
  };
}

export interface HostReader {
  /** The text of a file of /proc; undefined where there is none, or no Linux. */
  readProc(path: string): string | undefined;
  /** Undefined: it failed, did not answer in time, or still owes the answer of last time. */
  readFilesystem(mountpoint: string): Promise<FilesystemSize | undefined>;
  readPlain(): PlainHost;
  /** Where the filesystem is that matters on a system without /proc. */
  readonly root: string;
}

/** Reads the system that we run on. */
export function createSystemHost(clock: Clock): HostReader {
  const isLinux = process.platform === 'linux';
  /** A call that hangs keeps a thread of Node's pool: one for each mount is enough. */
  const underWay = new Set<string>();
  const ask = async (mountpoint: string): Promise<FilesystemSize | undefined> => {
    underWay.add(mountpoint);
    try {
      const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(mountpoint);
      return {
        sizeBytes: blocks * bsize,
        freeBytes: bfree * bsize,
        availBytes: bavail * bsize,
        files,
        filesFree: ffree,
      };
    } catch {
      // No right to look, or unmounted meanwhile: reported as node_filesystem_device_error.
      return undefined;
    } finally {
      underWay.delete(mountpoint);
    }
  };
  return {
    root: process.platform === 'win32' ? 'C:\\' : '/',
    readProc: (path) => (isLinux ? readText(`/proc/${path}`) : undefined),
    async readFilesystem(mountpoint) {
      if (underWay.has(mountpoint)) return undefined;
      const late = Promise.withResolvers<undefined>();
      const timer = clock.after(FILESYSTEM_TIMEOUT_MS, () => late.resolve(undefined));
      return Promise.race([ask(mountpoint), late.promise]).finally(() => timer.cancel());
    },
    readPlain,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel built without it, or a container that hides it.
    return undefined;
  }
}

function readPlain(): PlainHost {
  const names = {
    sysname: type(),
    release: release(),
    version: version(),
    machine: machine(),
    nodename: hostname(),
    domainname: readText('/proc/sys/kernel/domainname')?.trim() ?? '(none)',
  };
  return {
    uptimeSeconds: uptime(),
    loadAverages: loadavg(),
    memoryTotalBytes: totalmem(),
    memoryFreeBytes: freemem(),
    cpuSeconds: cpus().map(({ times }) => ({
      user: times.user / 1000,
      nice: times.nice / 1000,
      system: times.sys / 1000,
      idle: times.idle / 1000,
      irq: times.irq / 1000,
    })),
    names,
  };
}

/** How busy all processors together were so far. */
export function sumCpuTime({ cpuSeconds }: PlainHost): CpuTime {
  let totalSeconds = 0;
  let idleSeconds = 0;
  for (const modes of cpuSeconds) {
    for (const seconds of Object.values(modes)) totalSeconds += seconds;
    idleSeconds += modes.idle;
  }
  return { totalSeconds, busySeconds: totalSeconds - idleSeconds };
}
