/**
 * Where the server's modules stand joined in few files (tools/join-server.ts, ADR 154): half of the
 * processor time of a start is the number of its files.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Below the root; its name stands in the stacks of errors (platform/source-stack.ts). */
const CACHE = ['node_modules', '.cache', 'nines-server'];

/**
 * Whether a URL is that of a joined file.
 * @param {string} url
 */
export function isJoined(url) {
  return url.includes(`/${CACHE.join('/')}/`);
}

/**
 * The URLs of the joined files by those of the modules that they begin with. Empty where nothing is joined, or
 * any module has changed since: then the modules themselves are loaded.
 * @param {string} rootDir of the repository
 * @returns {ReadonlyMap<string, string>}
 */
export function findJoined(rootDir) {
  const cacheDir = join(rootDir, ...CACHE);
  const found = new Map();
  try {
    const [sources, entries] = readFileSync(join(cacheDir, 'manifest'), 'utf8').split('\n\n');
    for (const line of sources.split('\n')) {
      const [mtimeMs, size, path] = line.split(' ');
      const source = statSync(join(rootDir, path));
      if (source.mtimeMs !== Number(mtimeMs) || source.size !== Number(size)) return new Map();
    }
    for (const line of entries.split('\n')) {
      const [file, path] = line.split(' ');
      found.set(pathToFileURL(join(rootDir, path)).href, pathToFileURL(join(cacheDir, file)).href);
    }
    return found;
  } catch {
    // Never made, half removed, or a module is gone: what is there is loaded as it is.
    return new Map();
  }
}
