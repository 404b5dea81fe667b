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
