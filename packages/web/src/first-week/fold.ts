/** Whether the first week is shown on the board of this browser. */
import type { Storage } from '../platform/browser.ts';

const KEY = 'nines.firstWeek';

/** `done` once all of it worked, and then for good. */
const FOLDS = ['open', 'folded', 'done'] as const;
export type Fold = (typeof FOLDS)[number];

/** What was chosen here; undefined: nothing yet. */
export function readFold(storage: Storage): Fold | undefined {
  return FOLDS.find((fold) => fold === storage.read(KEY));
}

export function keepFold(storage: Storage, fold: Fold): void {
  storage.write(KEY, fold);
}
