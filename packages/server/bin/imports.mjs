/** How modules are found: our own at once, libraries where they were joined (libraries.mjs). */
import { flushCompileCache, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { redirectLibraries } from './libraries.mjs';

export const modulesDir = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  '..',
  '..',
  'node_modules',
);

/** About 1 MiB of the cache is read between two of them. */
const IMPORTS_A_FLUSH = 200;

/** For the thread that calls it. */
export function guideImports() {
  findOwn();
  redirectLibraries(modulesDir);
}

/**
 * Finds our own modules, which name each other by path, without looking for them: that was a sixth of
 * a start. And has Node give back what it reads of the cache; it would keep all of it (ADR 0133).
 */
function findOwn() {
  const ownFolder = new URL('../../', import.meta.url).href;
  let importCount = 0;
  registerHooks({
    resolve(specifier, context, next) {
      importCount++;
      if (importCount % IMPORTS_A_FLUSH === 0) flushCompileCache();
      const { parentURL } = context;
      const isOwn = parentURL?.startsWith(ownFolder) && /^\.{1,2}\/.*\.ts$/.test(specifier);
      if (!isOwn) return next(specifier, context);
      const { href } = new URL(specifier, parentURL);
      return { url: href, format: 'module-typescript', shortCircuit: true };
    },
  });
}
