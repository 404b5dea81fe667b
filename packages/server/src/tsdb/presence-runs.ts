/** Series of a selection that are there, in a row and with the same labels, taken together. */
import type { Labels } from '../series/index.ts';
import { SELECT_BLOCK } from './limits.ts';

/** As many as stand in a block of a selection; columns that are used again. */
export class PresenceRuns {
  count = 0;
  /** Index of the first series of each. */
  readonly first = new Uint32Array(SELECT_BLOCK);
  readonly seriesCount = new Uint32Array(SELECT_BLOCK);
  /** A time at which all of them are there; NaN for one series of which only its samples tell. */
  readonly liveMs = new Float64Array(SELECT_BLOCK);
  readonly labels: Labels[] = [];

  clear(): void {
    this.count = 0;
  }

  add(index: number, labels: Labels, liveMs: number): void {
    const last = this.count - 1;
    // The first one's time stands for all: the engine looks at presence alone.
    const isLive = liveMs > -Infinity;
    if (isLive && last >= 0 && this.liveMs[last] > -Infinity && this.labels[last] === labels) {
      this.seriesCount[last]++;
      return;
    }
    this.first[this.count] = index;
    this.seriesCount[this.count] = 1;
    this.liveMs[this.count] = liveMs;
    this.labels[this.count] = labels;
    this.count++;
  }
}
