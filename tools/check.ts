/** `npm run check`: all that can be said of the code without running it. */
import { runSteps } from './run-step.ts';

/** Types, lint, format, house rules, dead code. */
export const CHECK_STEPS = [
  { name: 'types: contract', command: ['tsc', '-p', 'packages/contract'] },
  { name: 'types: traffic', command: ['tsc', '-p', 'packages/traffic'] },
  { name: 'types: server', command: ['tsc', '-p', 'packages/server'] },
  { name: 'types: web', command: ['tsc', '-p', 'packages/web'] },
  { name: 'types: tools, tests, benchmarks', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--quiet', '.'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'house rules', command: ['node', '--test', '--test-reporter=dot', 'tools/tidy.test.ts'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
];

if (import.meta.main) process.exitCode = (await runSteps(CHECK_STEPS)) ? 0 : 1;
