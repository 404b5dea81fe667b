import { flushCompileCache } from 'node:module';
import { type Command, EXIT } from './command.ts';

/** Run by `npm ci`: loads the whole server once, threads and all, so that the compile cache holds it. */
export const warmCacheCommand: Command = {
  name: 'warm-cache',
  operands: '',
  summary: '',
  options: {},
  async run(_input, context) {
    const app = await context.loadApp();
    await app.loadLater();
    flushCompileCache();
    return EXIT.ok;
  },
};
