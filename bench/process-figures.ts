/** Processor time and memory of another process, from Linux' /proc. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Fields of /proc/PID/stat, counted from the one after the command's name (proc(5): 14 and 15). */
const USER_TICKS_FIELD = 11;
const SYSTEM_TICKS_FIELD = 12;

/** The clock ticks of user and system time in the text of /proc/PID/stat. */
export function parseProcessTicks(stat: string): number {
  // The command stands in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[USER_TICKS_FIELD]) + Number(fields[SYSTEM_TICKS_FIELD]);
  if (Number.isNaN(ticks)) throw new Error(`cannot read processor time from "${stat.trim()}"`);
  return ticks;
}

/** The resident bytes in the text of /proc/PID/status. */
export function parseResidentBytes(status: string): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error('cannot find VmRSS in /proc/PID/status');
  return Number(kibibytes) * 1024;
}

/** The sum of all series of one name in a text exposition. */
export function sumMetric(text: string, name: string): number {
  let sum = 0;
  let count = 0;
  for (const line of text.split('\n')) {
    const rest = line.startsWith(name) ? line.slice(name.length) : '';
    if (rest[0] !== ' ' && rest[0] !== '{') continue;
    sum += Number(
      rest
        .slice(rest.lastIndexOf('}') + 1)
        .trim()
        .split(' ')[0],
    );
    count++;
  }
  if (count === 0) throw new Error(`the metrics hold no ${name}`);
  return sum;
}

/** Ticks a second; 100 on every Linux of today, yet it may be built otherwise. */
export function readTicksPerSecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}

/** User and system time that a process, with all its threads, has used so far. */
export function readProcessTicks(processId: number): number {
  return parseProcessTicks(readFileSync(`/proc/${processId}/stat`, 'utf8'));
}

export function readResidentBytes(processId: number): number {
  return parseResidentBytes(readFileSync(`/proc/${processId}/status`, 'utf8'));
}
