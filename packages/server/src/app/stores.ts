/** Opens what is kept: the records and the series. */
import { join } from 'node:path';
import { openDatabase } from '../database/index.ts';
import { loadDownsampling, openTsdb } from '../tsdb/index.ts';
import { createFreeSpace } from './disk-space.ts';
import type { AppOptions, Parts } from './start-app.ts';
import { DATABASE_WORKER } from './worker-entries.ts';

/** What was opened is closed with `opened`. */
export async function openStores(
  options: AppOptions,
  opened: AsyncDisposableStack,
): Promise<Pick<Parts, 'database' | 'tsdb' | 'freeBytes'>> {
  const { clock, log, dataDir, config, ahead } = options;
  const { recordsUrl, storage } = config;
  const at = recordsUrl === undefined ? { file: join(dataDir, 'nines.db') } : { url: recordsUrl };
  const database = await openDatabase({ at, writerEntry: DATABASE_WORKER, clock, log });
  opened.defer(async () => database.close());
  const freeBytes = createFreeSpace(dataDir, clock);
  const dir = join(dataDir, 'series');
  const downsampling = await loadDownsampling(storage.downsample);
  const recovered = await ahead?.take(log);
  const tsdb = openTsdb({ dir, clock, log, freeBytes, downsampling, recovered, ...storage });
  opened.defer(async () => tsdb.close());
  return { database, tsdb, freeBytes };
}
