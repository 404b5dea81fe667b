/** What two vectors are matched by: the labels that both sides must share. */
import { filterLabels, type Labels, labelsKey, METRIC_NAME, onlyLabels } from '../series/index.ts';
import type { VectorMatching } from './ast.ts';
import type { Grid } from './grid.ts';

/** The labels that a series is matched by. */
export function matchLabels(labels: Labels, matching: VectorMatching): Labels {
  if (matching.isOn) return onlyLabels(labels, matching.labels);
  return filterLabels(labels, (name) => name !== METRIC_NAME && !matching.labels.includes(name));
}

/** The number of the signature of each row, counted over both sides. */
export interface Signatures {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly count: number;
}

/** Numbers the signatures of both sides' rows. */
export function findSignatures(left: Grid, right: Grid, matching: VectorMatching): Signatures {
  const known = new Map<string, number>();
  const number = (grid: Grid): Int32Array =>
    Int32Array.from(grid.labels, (labels) => {
      const key = labelsKey(matchLabels(labels, matching));
      const found = known.get(key) ?? known.size;
      known.set(key, found);
      return found;
    });
  const numbers = { left: number(left), right: number(right) };
  return { ...numbers, count: known.size };
}
