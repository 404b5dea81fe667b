/** What is under the crosshair. */
import type { GraphData } from './graph-data.ts';

export interface ReadoutRow {
  readonly name: string;
  readonly value: number;
  /** From 0: which colour it has. */
  readonly lineIndex: number;
}

/** The values of the named lines at one point in time, largest first; gaps are left out. */
export function readAt(data: GraphData, index: number): readonly ReadoutRow[] {
  return data.lines
    .flatMap(({ name, values }, lineIndex) => {
      const value = values[index];
      return value === null || value === undefined ? [] : [{ name, value, lineIndex }];
    })
    .toSorted((a, b) => b.value - a.value);
}
