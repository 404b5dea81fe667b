/**
 * `npm test`: the checks, then every test, ending with the summary lines of node:test.
 *
 * Arguments are file patterns: `npm test -- 'packages/server/src/tsdb/**'` runs only those, without
 * the checks.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECK_STEPS } from './check.ts';
import { projectEnv, ROOT, runCommand, runSteps } from './run-step.ts';

const PATTERNS = [
  'packages/*/src/**/*.test.ts',
  'tools/**/*.test.ts',
  'test/**/*.test.ts',
  'bench/**/*.test.ts',
  'demo/**/*.test.ts',
];
/** A test that hangs fails instead of holding the run. */
const TEST_TIMEOUT_MS = 120_000;

const patterns = process.argv.slice(2);
const isWhole = patterns.length === 0;
if (isWhole && !(await runSteps(CHECK_STEPS))) process.exit(1);
process.exitCode = await runCommand(
  [
    'node',
    `--import=${pathToFileURL(join(ROOT, 'tools/compile-cache.ts')).href}`,
    '--test',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    '--test-concurrency=2',
    '--test-reporter=spec',
    ...(isWhole ? PATTERNS : patterns),
  ],
  { env: projectEnv({ NODE_ENV: 'test' }) },
);
