/** Targets from files, which are watched, and read again at an interval besides. */
import { glob, readFile, stat } from 'node:fs/promises';
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage, invalid, type Timer } from '../../platform/index.ts';
import type { TargetGroup } from '../config.ts';
import type { FileDiscoveryConfig } from './config.ts';
import { type Discovery, type DiscoverySink, type DiscoveryTools, repeat } from './discovery.ts';
import { readJsonGroups, readYamlGroups } from './group-reader.ts';
import { FILE_BYTES_MAX, FILE_SETTLE_MS, FILES_MAX } from './limits.ts';

/** Calls back when something in a folder changes, until it is closed; throws where it cannot. */
export type WatchFolder = (folder: string, onChange: () => void) => { close(): void };

interface KnownFile {
  /** What tells that a file is still the same, without reading it. */
  readonly stamp: string;
  readonly groups: readonly TargetGroup[];
}

/** Builds one; nothing is read before `start`. */
export function createFileDiscovery(
  config: FileDiscoveryConfig,
  tools: DiscoveryTools & { readonly watchFolder?: WatchFolder },
): Discovery {
  const { patterns, refreshMs } = config;
  const watcher = new FolderWatcher(
    [...new Set(patterns.map((pattern) => dirname(pattern)))],
    tools.watchFolder ?? watchFolderOnDisk,
  );
  let known: ReadonlyMap<string, KnownFile> = new Map();
  let stop: (() => void) | undefined;
  let settling: Timer | undefined;
  const readAll = async (sink: DiscoverySink, signal: AbortSignal): Promise<void> => {
    const next = new Map<string, KnownFile>();
    for (const file of await listFiles(patterns)) {
      const before = known.get(file);
      let problem: string | undefined;
      try {
        next.set(file, await readGroups(file, before));
      } catch (error) {
        // Half of a file is worse than what it said before.
        next.set(file, { groups: before?.groups ?? [], stamp: '' });
        problem = errorMessage(error);
      }
      if (!signal.aborted) sink.onProblem(file, problem);
    }
    for (const file of known.keys()) if (!next.has(file)) sink.onProblem(file, undefined);
    known = next;
    if (!signal.aborted) sink.onGroups([...next.values()].flatMap(({ groups }) => groups));
  };
  return {
    start(sink) {
      const repeated = repeat({
        ...tools,
        intervalMs: refreshMs,
        onOutcome: (reason) => sink.onProblem('', reason),
        async round(signal) {
          watcher.start(() => {
            settling?.cancel();
            settling = tools.clock.after(FILE_SETTLE_MS, () => repeated.wake());
          });
          await readAll(sink, signal);
        },
      });
      stop = () => repeated.stop();
    },
    stop() {
      stop?.();
      settling?.cancel();
      watcher.stop();
    },
  };
}

async function listFiles(patterns: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    for await (const file of glob(pattern)) {
      files.add(file);
      if (files.size > FILES_MAX) {
        throw invalid('SCRAPE_DISCOVERY', `more than ${FILES_MAX} files match ${pattern}`);
      }
    }
  }
  return [...files].sort();
}

async function readGroups(file: string, before: KnownFile | undefined): Promise<KnownFile> {
  const { size, mtimeMs, ino } = await stat(file);
  const stamp = `${size} ${mtimeMs} ${ino}`;
  if (before?.stamp === stamp) return before;
  if (size > FILE_BYTES_MAX) {
    throw invalid('SCRAPE_DISCOVERY', `${file} is larger than ${FILE_BYTES_MAX} bytes`);
  }
  const text = await readFile(file, 'utf8');
  const options = { source: file, labels: [['__meta_filepath', file]] as const };
  const isJson = file.toLowerCase().endsWith('.json');
  return { stamp, groups: isJson ? readJsonGroups(text, options) : readYamlGroups(text, options) };
}

/** Watches folders that may not be there yet: each round tries again those that are missing. */
class FolderWatcher {
  readonly #folders: readonly string[];
  readonly #watchFolder: WatchFolder;
  readonly #open = new Map<string, { close(): void }>();
  #isStopped = false;

  constructor(folders: readonly string[], watchFolder: WatchFolder) {
    this.#folders = folders;
    this.#watchFolder = watchFolder;
  }

  start(onChange: () => void): void {
    for (const folder of this.#folders) {
      if (this.#isStopped || this.#open.has(folder)) continue;
      try {
        this.#open.set(folder, this.#watchFolder(folder, onChange));
      } catch {
        // Not there, or no watches left: the interval finds what changes.
      }
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const watched of this.#open.values()) watched.close();
    this.#open.clear();
  }
}

const watchFolderOnDisk: WatchFolder = (folder, onChange) => {
  const watcher = watch(folder, { persistent: false }, onChange);
  // A folder that goes away ends its watch; the interval goes on.
  watcher.on('error', () => watcher.close());
  return watcher;
};
