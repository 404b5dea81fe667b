/** The store of series as Prometheus' admin API sees it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PrometheusStore } from '../http/index.ts';
import { type BlockMeta, listBlocks } from '../tsdb/index.ts';
import type { Parts } from './start-app.ts';

/** Beside the store, as Prometheus has it. */
const SNAPSHOT_DIR = 'snapshots';

/** What the routes need, of the parts that will have been built when somebody asks. */
export function createPrometheusStore(parts: () => Parts): PrometheusStore {
  return {
    // Read from the disk, which tells the same as the store; nobody asks for it often.
    blocks: () =>
      listBlocks(join(parts().options.dataDir, 'series', 'blocks')).blocks.map(({ meta }) =>
        viewBlock(meta),
      ),
    deleteSeries: async (deletion) => parts().tsdb.deleteSeries(deletion),
    cleanTombstones: async () => parts().tsdb.cleanTombstones(),
    async snapshot(isHeadIncluded) {
      const { tsdb, options } = parts();
      const { clock, random, dataDir } = options;
      const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      const name = `${time}-${Buffer.from(random.bytes(8)).toString('hex')}`;
      mkdirSync(join(dataDir, SNAPSHOT_DIR), { recursive: true });
      const dir = join(dataDir, SNAPSHOT_DIR, name);
      const { signal } = new AbortController();
      await tsdb.snapshotBlocks({ dir, signal, isHeadIncluded });
      return name;
    },
  };
}

function viewBlock({ ulid, minTimeMs, maxTimeMs, stats, level, sources }: BlockMeta): unknown {
  const { numSamples, numSeries, numChunks } = stats;
  return {
    ulid,
    minTime: minTimeMs,
    maxTime: maxTimeMs,
    stats: { numSamples, numSeries, numChunks },
    compaction: { level, sources },
    version: 1,
  };
}
