/** What a server's process takes, as Linux says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { members } from './json.ts';

/** The process that runs on a data folder. */
export function readProcessId(dataDir: string): number {
  const local: unknown = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8'));
  return Number(members(local)['processId']);
}

/** Resident memory in MiB. */
export function readResidentMib(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 102.4) / 10;
}

/** The most memory that was ever resident, in MiB. */
export function readPeakMib(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 102.4) / 10;
}

/** Processor time of all threads, user and system; Linux counts it in steps of 10 ms. */
export function readCpuMs(processId: number): number {
  const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
  // The command stands in parentheses and may hold spaces itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
