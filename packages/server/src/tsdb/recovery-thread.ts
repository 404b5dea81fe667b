/**
 * Recovers a store in a thread of its own, for the server's to go on with.
 *
 * Its entry file is in `app`, and imports this file rather than the module's index, because each
 * thread loads its own copy of what it imports.
 */
import { createSettings, type TsdbOptions } from './options.ts';
import { handOver, openStore, type RecoveredStore } from './recovered-store.ts';
import { createLayout, makeFolders } from './recovery.ts';

/**
 * Reads a folder, and answers what `openTsdb` takes in its place as `recovered`. Throws as that does.
 */
export function recoverStore(options: TsdbOptions): RecoveredStore {
  // How many exemplars are kept is known where the configuration is; more than the disk has are none.
  const limits = { ...options.limits, exemplarsMax: Infinity };
  const settings = createSettings({ ...options, limits });
  const layout = createLayout(settings.dir);
  makeFolders(settings.disk, layout);
  return handOver(openStore(settings, layout, undefined));
}
