/** What a store of series holds, in a few bytes. */
import { createHash } from 'node:crypto';
import { createMatcher, formatSeries } from '../../packages/server/src/series/index.ts';
import type { Tsdb } from '../../packages/server/src/tsdb/index.ts';

/** Count and checksum of the samples of every series, to the bit. */
export function digestSeries(db: Tsdb): Readonly<Record<string, readonly unknown[]>> {
  const digests: Record<string, readonly unknown[]> = {};
  const matchers = [createMatcher('__name__', '=~', '.+')];
  for (const { labels, samples } of db.select({ matchers, fromMs: 0, toMs: 2 ** 52 })) {
    const { count, timesMs, bits } = samples;
    const hash = createHash('sha256');
    hash.update(new Uint8Array(Float64Array.from(timesMs.subarray(0, count)).buffer));
    hash.update(new Uint8Array(Uint32Array.from(bits.subarray(0, 2 * count)).buffer));
    digests[formatSeries(labels)] = [count, hash.digest('hex')];
  }
  return digests;
}
