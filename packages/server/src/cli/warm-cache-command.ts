import { flushCompileCache } from 'node:module';
import { type Command, EXIT } from './command.ts';

/** Run by `npm ci`: loads the whole server once, so that V8's compile cache holds it. */
export const warmCacheCommand: Command = {
  name: 'warm-cache',
  operands: '',
  summary: '',
  options: {},
  async run(_input, context) {
    await context.loadApp();
    flushCompileCache();
    return EXIT.ok;
  },
};
