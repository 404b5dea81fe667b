/** Puts the host's page together. */
import type { Clock } from '../platform/index.ts';
import { createCpuUtilization } from './cpu-utilization.ts';
import { type Family, formatFamilies, single } from './family.ts';
import { readFilesystems } from './filesystems.ts';
import { type HostReader, sumCpuTime } from './host-reader.ts';
import { describeCommon, describePlain } from './plain-host.ts';
import { parseDisks } from './proc-disks.ts';
import { parseMemory } from './proc-memory.ts';
import { type Mount, parseMounts } from './proc-mounts.ts';
import { parseNetwork } from './proc-network.ts';
import { parsePressure, type PressureKind } from './proc-pressure.ts';
import { parseCpuTime, parseStat } from './proc-stat.ts';
import { parseVmstat } from './proc-vmstat.ts';

export interface HostCollector {
  /** Takes one sample of the CPU's utilization; call it each second. */
  sample(): void;
  /** The page, in the text format 0.0.4. */
  collect(): Promise<string>;
}

const PRESSURES: readonly PressureKind[] = ['cpu', 'memory', 'io'];

/** Builds a collector; it does nothing by itself. */
export function createHostCollector(options: {
  readonly reader: HostReader;
  readonly clock: Clock;
}): HostCollector {
  const { reader, clock } = options;
  const utilization = createCpuUtilization();
  return {
    sample() {
      const stat = reader.readProc('stat');
      const time = stat === undefined ? sumCpuTime(reader.readPlain()) : parseCpuTime(stat);
      utilization.observe(time, clock.monotonicMs());
    },
    async collect() {
      const families = [
        ...readKernel(reader, clock.now()),
        ...(await readFilesystems(reader, listMounts(reader))),
        utilization.family(),
      ];
      return formatFamilies(families);
    },
  };
}

function readKernel(reader: HostReader, nowMs: number): readonly Family[] {
  const plain = reader.readPlain();
  const common = describeCommon(plain, nowMs);
  const stat = reader.readProc('stat');
  if (stat === undefined) return [...describePlain(plain, nowMs), ...common];
  const parse = (path: string, how: (text: string) => readonly Family[]): readonly Family[] => {
    const text = reader.readProc(path);
    return text === undefined ? [] : how(text);
  };
  return [
    ...parseStat(stat),
    ...parse('meminfo', parseMemory),
    ...parse('vmstat', parseVmstat),
    ...common,
    ...parse('diskstats', parseDisks),
    ...parse('net/dev', parseNetwork),
    ...parse('sys/fs/file-nr', parseOpenFiles),
    ...PRESSURES.flatMap((kind) => parse(`pressure/${kind}`, (text) => parsePressure(kind, text))),
  ];
}

/** Allocated, free (always 0 since Linux 2.6) and the maximum (man 5 proc_sys_fs). */
function parseOpenFiles(text: string): readonly Family[] {
  const numbers = /^(\d+)\s+\d+\s+(\d+)/.exec(text);
  if (numbers === null) return [];
  return [
    single('gauge', 'node_filefd_allocated', {
      help: 'File descriptor statistics: allocated.',
      value: Number(numbers[1]),
    }),
    single('gauge', 'node_filefd_maximum', {
      help: 'File descriptor statistics: maximum.',
      value: Number(numbers[2]),
    }),
  ];
}

function listMounts(reader: HostReader): readonly Mount[] {
  const text = reader.readProc('self/mounts');
  if (text !== undefined) return parseMounts(text);
  return [{ device: reader.root, mountpoint: reader.root, fstype: 'unknown', isReadOnly: false }];
}
