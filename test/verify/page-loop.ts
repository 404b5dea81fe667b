/** From a target that is down to a page that a person acknowledges, in a real browser. */
import { runTestFiles } from './test-files.ts';
import type { Verification } from './verification.ts';

export const pageLoop: Verification = {
  name: 'page-loop',
  promise:
    'a target that goes down pages browser and webhook, is acknowledged, and tells its story',
  run: async () => runTestFiles(['test/smoke/page-loop.test.ts']),
};
