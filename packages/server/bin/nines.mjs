/**
 * The entry of every start: switches on V8's compile cache before anything large is loaded (a warm
 * cache takes start-up from about 370 ms to 100 ms), keeps the young generation of the heap small
 * while modules are loaded, then hands over to main.ts.
 */
import { enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { redirectLibraries } from './libraries.mjs';

// Nearly all that is made while modules load stays for ever, which V8 takes for a reason to grow the
// young generation to its 32 MiB; it would not give them back. `serve` lets it grow again once it
// is ready (app/heap-growth.ts, ADR 0080).
setFlagsFromString('--semi-space-growth-factor=1');

/** About 1 MiB of the cache is read between two of them. */
const IMPORTS_A_FLUSH = 200;

/** Has Node give back what it reads of the cache; it would keep all of it (ADR 0133). */
function keepCacheSmall() {
  let importCount = 0;
  registerHooks({
    resolve(specifier, context, next) {
      importCount++;
      if (importCount % IMPORTS_A_FLUSH === 0) flushCompileCache();
      return next(specifier, context);
    },
  });
}

const modulesDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'node_modules');
const cacheDir = join(modulesDir, '.cache', 'nines-compile');
enableCompileCache(cacheDir);
// Where threads look for it. Without it each would load the compiler of TypeScript, too (ADR 0132).
process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
keepCacheSmall();
redirectLibraries(modulesDir);
const { main } = await import('../src/main.ts');
await main();
