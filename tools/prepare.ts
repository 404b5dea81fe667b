/**
 * Runs at the end of `npm ci`: builds and compresses the page, joins the libraries and the server's modules, and warms the compile cache, so
 * that the first start is as quick as every other.
 *
 * Without the development dependencies (a packed release) the page is already built, and the
 * libraries stay as they are.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runSteps } from './run-step.ts';

const hasVite = existsSync(join(ROOT, 'node_modules', '.bin', 'vite'));
const steps = [
  ...(hasVite
    ? [
        { name: 'page', command: ['vite', 'build', 'packages/web', '--logLevel', 'warn'] },
        { name: 'compressed page', command: ['node', 'tools/compress-page.ts'] },
        { name: 'libraries', command: ['node', 'tools/bundle-libraries.ts'] },
        { name: 'server', command: ['node', 'tools/join-server.ts'] },
      ]
    : []),
  { name: 'compile cache', command: ['node', 'packages/server/bin/nines.mjs', 'warm-cache'] },
];
process.exitCode = (await runSteps(steps)) ? 0 : 1;
