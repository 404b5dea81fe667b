/** How modules are found: our own and libraries at once, and where they were joined. */
import { flushCompileCache, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { findJoined, isJoined } from './joined.mjs';
import { redirectLibraries } from './libraries.mjs';

const rootDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const modulesDir = join(rootDir, 'node_modules');

/** About 1 MiB of the cache is read between two of them. */
const IMPORTS_A_FLUSH = 200;
const JOINED_IMPORTS_A_FLUSH = 20;
/** What the program found, for its threads: they load the same modules as it did. */
const FOUND = 'nines-joined';

/** For the thread that calls it. */
export function guideImports() {
  findOwn(findJoinedOnce());
  redirectLibraries(modulesDir);
}

/** @returns {ReadonlyMap<string, string>} */
function findJoinedOnce() {
  const known = getEnvironmentData(FOUND);
  if (known instanceof Map) return known;
  const found = findJoined(rootDir);
  setEnvironmentData(FOUND, found);
  return found;
}

/**
 * Finds our own modules, which name each other by path, without looking for them: that was a sixth of
 * a start. And has Node give back what it reads of the cache; it would keep all of it (ADR 0133).
 * @param {ReadonlyMap<string, string>} joined
 */
function findOwn(joined) {
  const ownFolder = new URL('../../', import.meta.url).href;
  const importsAFlush = joined.size > 0 ? JOINED_IMPORTS_A_FLUSH : IMPORTS_A_FLUSH;
  let importCount = 0;
  registerHooks({
    resolve(specifier, context, next) {
      importCount++;
      if (importCount % importsAFlush === 0) flushCompileCache();
      const { parentURL } = context;
      const isNamedByPath = parentURL !== undefined && /^\.{1,2}\/.*\.(?:ts|mjs)$/.test(specifier);
      const href = isNamedByPath ? new URL(specifier, parentURL).href : specifier;
      const joinedUrl = joined.get(href);
      if (joinedUrl !== undefined) return { url: joinedUrl, format: 'module', shortCircuit: true };
      if (isNamedByPath && isJoined(parentURL)) {
        return { url: href, format: 'module', shortCircuit: true };
      }
      const isOwn = isNamedByPath && parentURL.startsWith(ownFolder) && href.endsWith('.ts');
      if (!isOwn) return next(specifier, context);
      return { url: href, format: 'module-typescript', shortCircuit: true };
    },
  });
}
