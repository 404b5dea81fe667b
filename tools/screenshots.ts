/**
 * Takes the pictures of the documentation while the demo's story is told from a clean clone of the
 * last commit: `node tools/screenshots.ts`. It is the verification `demo-story`, and says the same.
 */
import { join } from 'node:path';
import { runDemoStory } from '../test/verify/demo-story.ts';
import { ROOT } from './run-step.ts';

const result = await runDemoStory(join(ROOT, 'docs/images'));
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
process.exitCode = result.isKept ? 0 : 1;
