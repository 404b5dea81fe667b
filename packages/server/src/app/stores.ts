/** Opens what is kept: the records and the series. */
import { join } from 'node:path';
import { type Database, openDatabase } from '../database/index.ts';
import { loadDownsampling, openTsdb } from '../tsdb/index.ts';
import { createFreeSpace } from './disk-space.ts';
import type { AppOptions, Parts } from './start-app.ts';
import { DATABASE_WORKER } from './worker-entries.ts';

/** Opens the records; what was opened is closed with `opened`. */
export async function openRecords(
  { clock, log, dataDir, config: { recordsUrl } }: AppOptions,
  opened: AsyncDisposableStack,
): Promise<Database> {
  const at = recordsUrl === undefined ? { file: join(dataDir, 'nines.db') } : { url: recordsUrl };
  const database = await openDatabase({ at, writerEntry: DATABASE_WORKER, clock, log });
  opened.defer(async () => database.close());
  return database;
}

/** Opens the series, once they are read; what was opened is closed with `opened`. */
export async function openSeries(
  options: AppOptions,
  opened: AsyncDisposableStack,
): Promise<Pick<Parts, 'tsdb' | 'freeBytes'>> {
  const { clock, log, dataDir, ahead } = options;
  const { storage } = options.config;
  const freeBytes = createFreeSpace(dataDir, clock);
  const dir = join(dataDir, 'series');
  const downsampling = await loadDownsampling(storage.downsample);
  const recovered = await ahead?.take(log);
  const tsdb = openTsdb({ dir, clock, log, freeBytes, downsampling, recovered, ...storage });
  opened.defer(async () => tsdb.close());
  return { tsdb, freeBytes };
}
