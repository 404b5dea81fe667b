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
import {
  createFilesystemReader,
  type FilesystemSize,
  type ReadFilesystem,
} from './filesystem-size.ts';
import type { CpuTime } from './proc-stat.ts';

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
  readonly readFilesystem: ReadFilesystem;
  readPlain(): PlainHost;
  /** Where the filesystem is that matters on a system without /proc. */
  readonly root: string;
}

/** Reads the system that we run on. */
export function createSystemHost(clock: Clock): HostReader {
  const isLinux = process.platform === 'linux';
  return {
    root: process.platform === 'win32' ? 'C:\\' : '/',
    readProc: (path) => (isLinux ? readText(`/proc/${path}`) : undefined),
    readFilesystem: createFilesystemReader({ ask: askSystem, clock }),
    readPlain,
  };
}

async function askSystem(mountpoint: string): Promise<FilesystemSize> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(mountpoint);
  return {
    sizeBytes: blocks * bsize,
    freeBytes: bfree * bsize,
    availBytes: bavail * bsize,
    files,
    filesFree: ffree,
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
