/**
 * Loaded before every test file by `npm test`: what one has stripped of types and compiled, the
 * next one finds. A process loads a hundred modules and more, so that is a third of what a short
 * test costs.
 *
 * Not by NODE_COMPILE_CACHE: servers that tests start would inherit it instead of their own cache,
 * which is compiled with other flags.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'nines-test'));
