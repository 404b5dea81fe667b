/**
 * Loads libraries from one file each, where tools/bundle-libraries.ts has made them (ADR 0081): what
 * a start costs is the number of files, and the libraries have 900 of the 1,300.
 */
import { readFileSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isJoined } from './joined.mjs';

/**
 * Redirects imports of libraries to the cache when it belongs to what is installed.
 * @param {string} modulesDir
 */
export function redirectLibraries(modulesDir) {
  const cacheDir = join(modulesDir, '.cache', 'nines-libraries');
  const files = new Map(readPairs(modulesDir, cacheDir));
  if (files.size === 0) return;
  registerHooks({
    resolve(specifier, context, next) {
      const file = files.get(specifier);
      // A library's own imports stay as npm resolved them: it may want another version.
      if (file === undefined || isOfLibrary(context.parentURL)) return next(specifier, context);
      const { href } = pathToFileURL(join(cacheDir, file));
      return { url: href, format: 'module', shortCircuit: true };
    },
  });
}

/** @param {string | undefined} url */
function isOfLibrary(url) {
  return url !== undefined && url.includes('/node_modules/') && !isJoined(url);
}

/**
 * Libraries and their files; none where there is no cache, or npm has installed since it was made.
 * @param {string} modulesDir
 * @param {string} cacheDir
 * @returns {[string, string][]}
 */
function readPairs(modulesDir, cacheDir) {
  try {
    const [installedMs, ...lines] = readFileSync(join(cacheDir, 'manifest'), 'utf8').split('\n');
    const { mtimeMs } = statSync(join(modulesDir, '.package-lock.json'));
    if (String(mtimeMs) !== installedMs) return [];
    return lines.map((line) => {
      const [library, file] = line.split(' ');
      return [library, file];
    });
  } catch {
    // Never made, or half removed: the libraries themselves are there.
    return [];
  }
}
