/**
 * The entry of every start: switches on V8's compile cache before anything large is loaded (a warm
 * cache takes start-up from about 370 ms to 100 ms), keeps the young generation of the heap small
 * while modules are loaded, then hands over to main.ts.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { guideImports, modulesDir } from './imports.mjs';

// Nearly all that is made while modules load stays for ever, which V8 takes for a reason to grow the
// young generation to its 32 MiB; it would not give them back. `serve` lets it grow again once it
// is ready (app/heap-growth.ts, ADR 0080).
setFlagsFromString('--semi-space-growth-factor=1');

const cacheDir = join(modulesDir, '.cache', 'nines-compile');
enableCompileCache(cacheDir);
// Where threads look for it. Without it each would load the compiler of TypeScript, too (ADR 0132).
process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
guideImports();
const { main } = await import('../src/main.ts');
await main();
