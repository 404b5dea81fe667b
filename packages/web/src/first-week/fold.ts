/** Whether the first week is shown on the board of this browser. */
import type { Storage } from '../platform/browser.ts';

const KEY = 'nines.firstWeek';

/** `open` until the viewer folds it away; `done` once all of it worked, and then for good. */
export type Fold = 'open' | 'folded' | 'done';

export function readFold(storage: Storage): Fold {
  const kept = storage.read(KEY);
  return kept === 'folded' || kept === 'done' ? kept : 'open';
}

export function keepFold(storage: Storage, fold: Fold): void {
  storage.write(KEY, fold);
}
