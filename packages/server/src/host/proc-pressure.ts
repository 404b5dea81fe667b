/** /proc/pressure: time in which work waited for a resource (kernel: Documentation/accounting/psi). */
import { type Family, single } from './family.ts';

export type PressureKind = 'cpu' | 'memory' | 'io';

/** The kernel counts microseconds. */
const SECONDS_PER_US = 1 / 1_000_000;

/** `waiting`: some tasks waited; `stalled`: all of them did, which for the CPU means nothing. */
export function parsePressure(kind: PressureKind, text: string): readonly Family[] {
  const read = (row: 'some' | 'full', word: 'waiting' | 'stalled'): readonly Family[] => {
    const total = new RegExp(`^${row} .*total=(\\d+)$`, 'm').exec(text)?.[1];
    if (total === undefined) return [];
    const help = `Seconds in which ${row === 'some' ? 'some' : 'all'} tasks waited for ${kind}.`;
    const name = `node_pressure_${kind}_${word}_seconds_total`;
    return [single('counter', name, { help, value: Number(total) * SECONDS_PER_US })];
  };
  return [...read('some', 'waiting'), ...(kind === 'cpu' ? [] : read('full', 'stalled'))];
}
