/** What strangers send does no harm. */
import { runTestFiles } from './test-files.ts';
import type { Verification } from './verification.ts';

export const badTargets: Verification = {
  name: 'bad-targets',
  promise: 'bad targets are down with a reason, dear queries and wrong credentials are refused',
  run: async () =>
    runTestFiles([
      'test/smoke/bad-targets.test.ts',
      'test/smoke/access.test.ts',
      'test/smoke/sign-in-time.test.ts',
      'test/smoke/configuration.test.ts',
    ]),
};
